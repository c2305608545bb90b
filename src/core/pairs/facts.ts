import type { Candle } from '../model/candle.ts';
import type { Instrument } from '../model/instrument.ts';
import type { OrderBook } from '../model/market.ts';
import type { Pair } from '../model/pair.ts';

/** What the venue says of a pair over 24 hours, as far as choosing needs it. */
export interface PairTicker {
  readonly last: number;
  readonly bid?: number | undefined;
  readonly ask?: number | undefined;
  readonly quoteVolume24h: number;
  readonly changeFraction24h: number;
}

/** How the desk's own closed trades in a pair went. */
export interface PairRecord {
  readonly trades: number;
  /** Profit after fees over what was put in. */
  readonly profitFraction: number;
}

/**
 * What a step may look at. Only what it needs is filled in (see needs.ts); a pair that is absent
 * from a map has no such data.
 */
export interface Facts {
  /** What the section `pairs` comes to. */
  readonly listed: readonly Pair[];
  readonly tickers: ReadonlyMap<Pair, PairTicker>;
  readonly instruments: ReadonlyMap<Pair, Instrument>;
  /** Closed candles of the timeframe the step asked for, oldest first. */
  readonly candles: ReadonlyMap<Pair, readonly Candle[]>;
  readonly books: ReadonlyMap<Pair, OrderBook>;
  readonly records: ReadonlyMap<Pair, PairRecord>;
  /** Of a remote list, in its order. */
  readonly remote: readonly Pair[];
  /** Coins by market capitalisation: the first has rank 1. */
  readonly capitalisation: readonly string[];
  /** Pairs with an open position. */
  readonly held: ReadonlySet<Pair>;
  /** Pairs of the universe in force that take entries. */
  readonly chosen: ReadonlySet<Pair>;
}

export const NO_FACTS: Facts = {
  listed: [],
  tickers: new Map(),
  instruments: new Map(),
  candles: new Map(),
  books: new Map(),
  records: new Map(),
  remote: [],
  capitalisation: [],
  held: new Set(),
  chosen: new Set(),
};

export interface Removal {
  readonly pair: Pair;
  readonly why: string;
}

/** What a step made of the list: the pairs that go on, best first, and the others with the reason. */
export interface Outcome {
  readonly kept: readonly Pair[];
  readonly removed: readonly Removal[];
}

/** A reason to remove the pair, or undefined to keep it. */
export type Objection = (pair: Pair) => string | undefined;

/** The pairs without objection, in their order. */
export function sieve(pairs: readonly Pair[], objection: Objection): Outcome {
  const kept: Pair[] = [];
  const removed: Removal[] = [];
  for (const pair of pairs) {
    const why = objection(pair);
    if (why === undefined) kept.push(pair);
    else removed.push({ pair, why });
  }
  return { kept, removed };
}

/** What a step says of a pair it has no data for. */
export function missing(
  what: string,
  link: { readonly on_missing: 'remove' | 'keep' },
): string | undefined {
  return link.on_missing === 'keep' ? undefined : `no ${what}`;
}

/** A fraction for people. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(Math.abs(fraction) < 0.01 ? 3 : 1)} %`;
}
