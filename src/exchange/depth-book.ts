import type { DecimalText } from '#core/model/decimal-text.ts';
import type { DepthDiff } from './binance-events.ts';

/**
 * One order book from diff depth and a snapshot, by the venue's recipe ("How to manage a local
 * order book correctly"). Pure: the caller fetches the snapshot when it is asked to.
 *
 * 1. Changes wait in a bounded buffer until the snapshot is there.
 * 2. The first change after the snapshot must reach it (U <= lastUpdateId + 1 <= u), each later
 *    one must follow the one before (U = previous u + 1); else the book is unknown again.
 * 3. Prices and quantities stay the venue's text; floats only order them.
 */
export type BookLevel = [price: DecimalText, qty: DecimalText];

export interface BookTop {
  readonly bids: BookLevel[];
  readonly asks: BookLevel[];
  readonly updateId: number;
  readonly atMs: number;
}

export interface DepthSnapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** Venue-corrected time of its arrival. */
  readonly atMs: number;
  /** False when the venue cut it: levels beyond the last are unknown, not empty. */
  readonly isComplete: boolean;
}

export interface DepthBook {
  /** `broken`: the chain of changes has a hole, take a new snapshot. */
  diff(diff: DepthDiff): 'applied' | 'waiting' | 'old' | 'broken';
  /** False when it is older than the changes that wait: fetch another. */
  snapshot(snapshot: DepthSnapshot): boolean;
  /** Forgets everything; the next snapshot starts anew. */
  reset(): void;
  /** Undefined while unknown or while a side is empty. */
  top(levels: number): BookTop | undefined;
}

interface Side {
  readonly prices: number[];
  readonly levels: BookLevel[];
}

/** Some 100 s of changes at the fastest rate; a snapshot that takes longer is started over. */
const WAITING_MAX = 1_000;
/** What the desk looks at; a cut book with fewer known levels is taken anew. */
const LEVELS_NEEDED = 20;
/** Far levels nobody looks at; a book that moves away keeps growing otherwise. */
const LEVELS_MAX = 1_000;

export function createDepthBook(): DepthBook {
  let bids: Side = emptySide();
  let asks: Side = emptySide();
  let updateId = -1;
  let atMs = 0;
  let isComplete = true;
  let waiting: DepthDiff[] = [];

  function reset(): void {
    bids = emptySide();
    asks = emptySide();
    updateId = -1;
    isComplete = true;
    waiting = [];
  }

  function apply(diff: DepthDiff): 'applied' | 'old' | 'broken' {
    if (diff.u <= updateId) return 'old';
    if (diff.U > updateId + 1) return 'broken';
    for (const level of diff.b) store(bids, -Number(level[0]), [level[0], level[1]]);
    for (const level of diff.a) store(asks, Number(level[0]), [level[0], level[1]]);
    updateId = diff.u;
    atMs = diff.E;
    return isCrossed(bids, asks) || isTooShort() ? 'broken' : 'applied';
  }

  function isTooShort(): boolean {
    return !isComplete && Math.min(bids.levels.length, asks.levels.length) < LEVELS_NEEDED;
  }

  function onDiff(diff: DepthDiff): 'applied' | 'waiting' | 'old' | 'broken' {
    if (updateId < 0) {
      if (waiting.length >= WAITING_MAX) waiting = [];
      waiting.push(diff);
      return 'waiting';
    }
    const result = apply(diff);
    if (result === 'broken') reset();
    return result;
  }

  function onSnapshot(snapshot: DepthSnapshot): boolean {
    const first = waiting[0];
    if (first !== undefined && snapshot.lastUpdateId < first.U - 1) return false;
    const later = waiting;
    reset();
    updateId = snapshot.lastUpdateId;
    for (const level of snapshot.bids) store(bids, -Number(level[0]), level);
    for (const level of snapshot.asks) store(asks, Number(level[0]), level);
    atMs = snapshot.atMs;
    isComplete = snapshot.isComplete;
    for (const diff of later) {
      if (apply(diff) === 'broken') {
        reset();
        return false;
      }
    }
    return true;
  }

  return {
    diff: onDiff,
    snapshot: onSnapshot,
    reset,
    top: (levels) => {
      if (updateId < 0 || bids.levels.length === 0 || asks.levels.length === 0) return undefined;
      return {
        bids: bids.levels.slice(0, levels),
        asks: asks.levels.slice(0, levels),
        updateId,
        atMs,
      };
    },
  };
}

function emptySide(): Side {
  return { prices: [], levels: [] };
}

/** `order` rises from the best level outward: the ask price, or minus the bid price. */
function store(side: Side, order: number, level: BookLevel): void {
  const { prices, levels } = side;
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prices[middle] ?? Infinity) < order) low = middle + 1;
    else high = middle;
  }
  const isThere = prices[low] === order;
  const isGone = Number(level[1]) === 0;
  if (isGone) {
    if (!isThere) return;
    prices.splice(low, 1);
    levels.splice(low, 1);
  } else if (isThere) {
    levels[low] = level;
  } else if (low < LEVELS_MAX) {
    prices.splice(low, 0, order);
    levels.splice(low, 0, level);
    if (prices.length > LEVELS_MAX) {
      prices.pop();
      levels.pop();
    }
  }
}

function isCrossed(bids: Side, asks: Side): boolean {
  const bid = bids.prices[0];
  const ask = asks.prices[0];
  return bid !== undefined && ask !== undefined && -bid >= ask;
}
