import { type Decimal, parse, ZERO } from '#core/money/decimal.ts';
import type { Order } from '#core/model/order.ts';
import { type BookView, crosses } from './book-view.ts';
import { hasTriggered } from './match.ts';
import { isImmediate, limitOf, type PaperOrder } from './paper-order.ts';

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** What a simulated venue looks at when an order arrives. */
export interface Arrival {
  readonly open: readonly PaperOrder[];
  readonly owned: Decimal;
  /** The book, when it is fresh enough to execute against. */
  readonly book: BookView | undefined;
  readonly lastPrice: Decimal | undefined;
}

/** Why the venue would not take an order as it stands; undefined = it takes it. */
export function refusalOf(order: Order, arrival: Arrival): Refusal | undefined {
  const { open, owned, book, lastPrice } = arrival;
  if (open.some((known) => known.order.clientOrderId === order.clientOrderId)) {
    return { code: 'duplicate-order', reason: 'an order with this id is open' };
  }
  const free = unclaimed(open, owned);
  if (order.side === 'sell' && free.lt(parse(order.qty))) {
    return { code: 'insufficient-balance', reason: `${free.toFixed()} free` };
  }
  if (wouldTrigger(order, lastPrice)) {
    return { code: 'would-trigger', reason: `last price ${lastPrice?.toFixed()}` };
  }
  if (order.type === 'limit-maker' && wouldExecute(order, book)) {
    return { code: 'would-take', reason: 'a maker order would execute at once' };
  }
  if (order.side === 'buy' && isTaker(order) && book === undefined) {
    return { code: 'no-fresh-book', reason: 'no book to execute against' };
  }
  return undefined;
}

/** Takes what is there instead of waiting in the book. */
export function isTaker(order: Order): boolean {
  return order.type === 'market' || isImmediate(order);
}

export function wouldExecute(order: Order, book: BookView | undefined): boolean {
  const limit = limitOf(order);
  return book !== undefined && limit !== undefined && crosses(book, order.side, limit);
}

function wouldTrigger(order: Order, lastPrice: Decimal | undefined): boolean {
  if (order.stopPrice === undefined || lastPrice === undefined) return false;
  return hasTriggered(order, parse(order.stopPrice), lastPrice);
}

/** Base that no open sell order claims; the legs of a list claim it once. */
function unclaimed(open: readonly PaperOrder[], owned: Decimal): Decimal {
  const claims = new Map<string, Decimal>();
  for (const { order, remaining } of open) {
    if (order.side !== 'sell') continue;
    const key = order.listId ?? order.clientOrderId;
    const claimed = claims.get(key) ?? ZERO;
    claims.set(key, claimed.gt(remaining) ? claimed : remaining);
  }
  return [...claims.values()].reduce((free, claim) => free.minus(claim), owned);
}
