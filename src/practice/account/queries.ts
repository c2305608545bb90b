/** What an account asks of its own history; the venue's rules of order, range and limit. */
import type { AccountBook } from './account-book.ts';
import { listState } from './account-book.ts';
import { stateOf } from './order-record.ts';
import type { ListState, OrderState, OwnTrade, PreventedMatch, TradingAccount } from './trading.ts';

type Query<K extends 'allOrders' | 'trades' | 'allLists' | 'preventedMatches'> = Parameters<
  TradingAccount[K]
>[0];

interface Range {
  readonly fromId: number | undefined;
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly limit: number;
}

export function allOrders(book: AccountBook, query: Query<'allOrders'>): OrderState[] {
  const own = [...book.orders.values()].filter((order) => order.symbol === query.symbol);
  const found = within(own, { ...rangeOf(query), fromId: query.orderId }, (order) => order.orderId);
  return found.map(stateOf);
}

export function trades(book: AccountBook, query: Query<'trades'>): OwnTrade[] {
  const own = book.trades.filter(
    (trade) =>
      trade.symbol === query.symbol &&
      (query.orderId === undefined || trade.orderId === query.orderId),
  );
  return within(own, { ...rangeOf(query), fromId: query.fromId }, (trade) => trade.id);
}

export function allLists(book: AccountBook, query: Query<'allLists'>): ListState[] {
  const own = [...book.lists.values()];
  const range = { ...rangeOf(query), fromId: query.fromId };
  return within(own, range, (list) => list.orderListId).map((list) => listState(book, list));
}

export function preventedMatches(
  book: AccountBook,
  query: Query<'preventedMatches'>,
): PreventedMatch[] {
  const { preventedMatchId: id, orderId, fromId = 0 } = query;
  const own = book.preventions.filter(
    (match) =>
      match.symbol === query.symbol &&
      match.id >= fromId &&
      (id === undefined || match.id === id) &&
      (orderId === undefined || match.takerOrderId === orderId || match.makerOrderId === orderId),
  );
  return own.slice(0, query.limit);
}

/** From an id or a start upward; the newest when neither is given. Oldest first in any case. */
function within<T extends { readonly timeMs: number }>(
  rows: readonly T[],
  range: Range,
  idOf: (row: T) => number,
): T[] {
  const { fromId, startMs, endMs, limit } = range;
  const found = rows.filter(
    (row) =>
      (fromId === undefined || idOf(row) >= fromId) &&
      (startMs === undefined || row.timeMs >= startMs) &&
      (endMs === undefined || row.timeMs <= endMs),
  );
  found.sort((a, b) => idOf(a) - idOf(b));
  const isUpward = fromId !== undefined || startMs !== undefined;
  return isUpward ? found.slice(0, limit) : found.slice(Math.max(0, found.length - limit));
}

function rangeOf(query: {
  readonly startMs?: number;
  readonly endMs?: number;
  readonly limit: number;
}): Omit<Range, 'fromId'> {
  return { startMs: query.startMs, endMs: query.endMs, limit: query.limit };
}
