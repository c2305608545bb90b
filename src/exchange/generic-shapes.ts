import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import type { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { decimalOf } from './decimal.ts';

/** ccxt's unified shapes, with only what is used; numbers are floats there. */
const Amount = z.number().nonnegative();
const Price = z.number().positive();

export const GenericCandles = z.array(
  z.tuple([z.int(), Price, Price, Price, Price, Amount.nullish()], z.unknown()),
);

export const GenericTicker = z.looseObject({
  bid: Price.nullish(),
  bidVolume: Amount.nullish(),
  ask: Price.nullish(),
  askVolume: Amount.nullish(),
  timestamp: z.int().nullish(),
});

export const GenericTrades = z.array(
  z.looseObject({
    id: z.string().nullish(),
    timestamp: z.int(),
    side: z.enum(['buy', 'sell']).nullish(),
    price: Price,
    amount: Amount,
  }),
);

const Level = z.tuple([Price, Amount], z.unknown());
export const GenericBook = z.looseObject({
  bids: z.array(Level),
  asks: z.array(Level),
  timestamp: z.int().nullish(),
  nonce: z.int().nullish(),
});

export function candleOf(row: z.output<typeof GenericCandles>[number]): Candle {
  const [openMs, open, high, low, close, volume] = row;
  return { openMs, open, high, low, close, volume: volume ?? 0 };
}

/** Undefined when the ticker has no bid or ask, as with several venues. */
export function quoteOf(
  pair: Pair,
  ticker: z.output<typeof GenericTicker>,
  nowMs: number,
): Quote | undefined {
  const { bid, ask } = ticker;
  if (typeof bid !== 'number' || typeof ask !== 'number') return undefined;
  return {
    pair,
    bid: decimalOf(bid),
    bidQty: decimalOf(ticker.bidVolume ?? 0),
    ask: decimalOf(ask),
    askQty: decimalOf(ticker.askVolume ?? 0),
    atMs: ticker.timestamp ?? nowMs,
    receivedMs: nowMs,
  };
}

export function bookOf(
  pair: Pair,
  book: z.output<typeof GenericBook>,
  options: { levels: number; nowMs: number },
): OrderBook {
  const { levels, nowMs } = options;
  return {
    pair,
    bids: book.bids.slice(0, levels).map(([price, qty]) => [decimalOf(price), decimalOf(qty)]),
    asks: book.asks.slice(0, levels).map(([price, qty]) => [decimalOf(price), decimalOf(qty)]),
    updateId: book.nonce ?? nowMs,
    atMs: book.timestamp ?? nowMs,
    receivedMs: nowMs,
  };
}

/**
 * Trades with whole rising ids. A venue whose ids are no numbers gets time x 1000 + place within
 * the millisecond: rising and repeatable, but a hole cannot be seen.
 */
export function tradesOf(pair: Pair, rows: z.output<typeof GenericTrades>): PublicTrade[] {
  let lastMs = -1;
  let place = 0;
  return rows.flatMap((row): PublicTrade[] => {
    place = row.timestamp === lastMs ? place + 1 : 0;
    lastMs = row.timestamp;
    // Without a side it is not known whose resting order was hit: no guess, the trade is left out.
    if (row.side !== 'buy' && row.side !== 'sell') return [];
    const isNumber = typeof row.id === 'string' && /^\d{1,15}$/.test(row.id);
    return [
      {
        pair,
        id: isNumber ? Number(row.id) : row.timestamp * 1_000 + Math.min(place, 999),
        price: decimalOf(row.price),
        qty: decimalOf(row.amount),
        takerSide: row.side,
        atMs: row.timestamp,
      },
    ];
  });
}
