import type { Outcome, WatchedOrder } from './watched-order.ts';

/** Price and quantity, best first. */
export type Levels = readonly (readonly [number, number])[];

export interface SeenBook {
  readonly atMs: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

export interface SeenTrade {
  readonly atMs: number;
  readonly price: number;
}

/**
 * What the live book and the public tape say an order would have done, without the paper broker's
 * model of it: a taker gets the first book after its way to the venue; a waiting order fills for sure
 * when the tape trades through its price, not at all when the price is never reached, and nobody can
 * know when it was only touched; a stop is set off by the tape and then takes the next book.
 */
export interface Judgement {
  readonly triggeredMs: number | undefined;
  readonly isTouched: boolean;
  /** Undefined while nothing is decided. */
  readonly outcome: Outcome | undefined;
}

export const UNDECIDED: Judgement = {
  triggeredMs: undefined,
  isTouched: false,
  outcome: undefined,
};

/** `latencyMs` is the way of an order to the venue. */
export function judgeBook(
  before: Judgement,
  order: WatchedOrder,
  { book, latencyMs }: { readonly book: SeenBook; readonly latencyMs: number },
): Judgement {
  if (before.outcome !== undefined || order.style === 'maker') return before;
  const setOffMs = order.style === 'stop' ? before.triggeredMs : order.createdMs + latencyMs;
  if (setOffMs === undefined || book.atMs < setOffMs) return before;
  // A stop that was set off takes what is there, whatever it costs.
  const limit = order.style === 'stop' ? undefined : order.limit;
  const price = walk(order.side === 'buy' ? book.asks : book.bids, order, limit);
  return { ...before, outcome: { isFilled: price !== undefined, price } };
}

export function judgeTrade(before: Judgement, order: WatchedOrder, trade: SeenTrade): Judgement {
  if (before.outcome !== undefined || trade.atMs < order.createdMs) return before;
  if (order.style === 'stop') {
    const isSetOff =
      before.triggeredMs === undefined &&
      order.stop !== undefined &&
      (order.side === 'sell' ? trade.price <= order.stop : trade.price >= order.stop);
    return isSetOff ? { ...before, triggeredMs: trade.atMs } : before;
  }
  if (order.style !== 'maker' || order.limit === undefined) return before;
  const { limit } = order;
  const isThrough = order.side === 'buy' ? trade.price < limit : trade.price > limit;
  if (isThrough) return { ...before, outcome: { isFilled: true, price: limit } };
  return trade.price === limit ? { ...before, isTouched: true } : before;
}

/** The judgement when nothing more is waited for. */
export function finalOutcome(
  judgement: Judgement,
  { style }: Pick<WatchedOrder, 'style'>,
): Outcome {
  if (judgement.outcome !== undefined) return judgement.outcome;
  // No book came after it, its price was only touched, or no book came after it was set off.
  const isOpen = style === 'taker' || judgement.isTouched || judgement.triggeredMs !== undefined;
  return { isFilled: isOpen ? undefined : false, price: undefined };
}

/** Mean price of taking the whole quantity, undefined when the levels within the limit do not hold it. */
function walk(levels: Levels, order: WatchedOrder, limit: number | undefined): number | undefined {
  let [left, cost] = [order.qty, 0];
  for (const [price, qty] of levels) {
    if (limit !== undefined && (order.side === 'buy' ? price > limit : price < limit)) break;
    const taken = Math.min(left, qty);
    cost += taken * price;
    left -= taken;
    if (left <= order.qty * 1e-9) return cost / order.qty;
  }
  return undefined;
}
