import type { DecimalText } from '#core/model/decimal-text.ts';
import { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { seededRandom } from '#platform/random.ts';
import type { OrderTicket } from '#exchange/trading/trading-venue.ts';
import { ModelMarket } from '../model-market.ts';
import type { MarketTick } from '../model-market.ts';
import { ModelHub } from './model-hub.ts';

export const BTC = Pair.parse('BTC/USDT');

/** A hub with 10,000 USDT and one coin of everything else that is asked for. */
export function hubWith(options: {
  readonly now: () => number;
  readonly coins?: readonly string[];
  readonly feeCoin?: boolean;
}): ModelHub {
  const hub = new ModelHub({
    now: options.now,
    feeFraction: 0.001,
    feeCoin: options.feeCoin === true ? { asset: 'BNB', quotePrice: 500 } : undefined,
    depth: () => 1,
  });
  hub.endow('USDT', '10000');
  for (const coin of options.coins ?? []) hub.endow(coin, '1');
  const market = new ModelMarket(seededRandom(1));
  for (const pair of market.pairs) hub.venue.engine.setInstrument(market.instrument(pair));
  return hub;
}

/** One tick at 100: bids at 99.9 and 99.8, asks at 100.1 and 100.2, a coin each, unless told. */
export function tickAt(
  price: number,
  given: { readonly qty?: string; readonly atMs?: number } = {},
): MarketTick {
  const { qty = '1', atMs = 1_000 } = given;
  const at = (offset: number): string => (price + offset).toFixed(2);
  const times = { atMs, receivedMs: atMs };
  return {
    pair: BTC,
    book: OrderBook.parse({
      pair: BTC,
      bids: [
        [at(-0.1), qty],
        [at(-0.2), qty],
      ],
      asks: [
        [at(0.1), qty],
        [at(0.2), qty],
      ],
      updateId: 1,
      ...times,
    }),
    quote: Quote.parse({
      pair: BTC,
      bid: at(-0.1),
      bidQty: qty,
      ask: at(0.1),
      askQty: qty,
      ...times,
    }),
    trades: [
      PublicTrade.parse({ pair: BTC, id: 1, price: at(0), qty: '5', takerSide: 'buy', atMs }),
    ],
  };
}

export function ticket(given: Partial<Record<keyof OrderTicket, unknown>> = {}): OrderTicket {
  return {
    pair: BTC,
    clientOrderId: 'a',
    side: 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    qty: '1' as DecimalText,
    price: '100.1' as DecimalText,
    ...given,
  } as OrderTicket;
}
