import { Instrument } from '#core/model/instrument.ts';
import { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import type { Random } from '#platform/random.ts';

const PAIRS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'] as const;
const START_PRICES = [50_000, 3_000, 150];
const LEVELS = 5;
const HALF_SPREAD = 0.0002;
/** Price change per tick: small enough to be quiet, with rare jumps that run through stops. */
const VOLATILITY = 0.0008;
const JUMP_CHANCE = 0.004;
const JUMP_SIZE = 0.02;

export interface MarketTick {
  readonly pair: Pair;
  readonly book: OrderBook;
  readonly quote: Quote;
  readonly trades: readonly PublicTrade[];
}

/** A market that outlives the desk: prices move, trades get rising ids, and the tape is kept. */
export class ModelMarket {
  readonly pairs: readonly Pair[] = PAIRS.map((text) => Pair.parse(text));
  readonly #random: Random;
  readonly #prices = new Map<Pair, number>();
  readonly #tapes = new Map<Pair, PublicTrade[]>();

  constructor(random: Random) {
    this.#random = random;
    for (const [index, pair] of this.pairs.entries()) {
      this.#prices.set(pair, START_PRICES[index] ?? 100);
      this.#tapes.set(pair, []);
    }
  }

  instrument(pair: Pair): Instrument {
    const [base = '', quote = ''] = pair.split('/');
    return Instrument.parse({
      pair,
      venueSymbol: base + quote,
      base,
      quote,
      status: 'trading',
      tickSize: '0.01',
      stepSize: '0.0001',
      minQty: '0.0001',
      minNotional: '10',
      hasOco: true,
      hasTrailingStop: true,
    });
  }

  tradesFrom(pair: Pair, fromId: number): readonly PublicTrade[] {
    return this.#tapes.get(pair)?.slice(fromId, fromId + 500) ?? [];
  }

  /** Every trade of every pair. */
  tape(): readonly PublicTrade[] {
    return [...this.#tapes.values()].flat();
  }

  tick(pair: Pair, nowMs: number): MarketTick {
    const random = this.#random;
    const jump = random.next() < JUMP_CHANCE ? random.normal() * JUMP_SIZE : 0;
    const before = this.#prices.get(pair) ?? 1;
    const price = before * Math.exp(random.normal() * VOLATILITY + jump);
    this.#prices.set(pair, price);
    const trades = this.#trade(pair, { before, price, nowMs });
    return {
      pair,
      book: this.#book(pair, price, nowMs),
      quote: quoteAt(pair, price, nowMs),
      trades,
    };
  }

  #trade(
    pair: Pair,
    move: { readonly before: number; readonly price: number; readonly nowMs: number },
  ): readonly PublicTrade[] {
    const tape = this.#tapes.get(pair) ?? [];
    const count = this.#random.int(3);
    const trades = Array.from({ length: count }, (_, index) => {
      const share = (index + 1) / count;
      const at = move.before + (move.price - move.before) * share;
      return PublicTrade.parse({
        pair,
        id: tape.length + index,
        price: at.toFixed(2),
        qty: (0.001 + this.#random.next()).toFixed(4),
        takerSide: move.price >= move.before ? 'buy' : 'sell',
        atMs: move.nowMs,
      });
    });
    tape.push(...trades);
    return trades;
  }

  #book(pair: Pair, price: number, nowMs: number): OrderBook {
    const side = (direction: 1 | -1): string[][] =>
      Array.from({ length: LEVELS }, (_, level) => [
        (price * (1 + direction * HALF_SPREAD * (level + 1))).toFixed(2),
        // Sometimes too thin for an order, so that fills are partial.
        (this.#random.next() < 0.2 ? 0.0005 : 0.01 + this.#random.next()).toFixed(4),
      ]);
    return OrderBook.parse({
      pair,
      bids: side(-1),
      asks: side(1),
      updateId: nowMs,
      atMs: nowMs,
      receivedMs: nowMs,
    });
  }
}

function quoteAt(pair: Pair, price: number, nowMs: number): Quote {
  return Quote.parse({
    pair,
    bid: (price * (1 - HALF_SPREAD)).toFixed(2),
    bidQty: '1',
    ask: (price * (1 + HALF_SPREAD)).toFixed(2),
    askQty: '1',
    atMs: nowMs,
    receivedMs: nowMs,
  });
}
