import type { AccountBook } from './account-book.ts';
import type { Clerk } from './clerk.ts';
import type { Dealer } from './dealer.ts';
import type { Lists } from './lists.ts';
import type { OrderCount } from './order-count.ts';
import { stateOf } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import type { Placed } from './trading.ts';

export interface AccountParts {
  readonly book: AccountBook;
  readonly dealer: Dealer;
  readonly clerk: Clerk;
  readonly lists: Lists;
  readonly count: OrderCount;
  /** Brings the market to this moment, before an order meets it. */
  readonly catchUp: (symbol: string) => number;
  readonly now: () => number;
}

/** Gives a checked order its ids and puts it among the account's. */
export function register(
  parts: Pick<AccountParts, 'dealer' | 'clerk'>,
  order: OrderRecord,
): OrderRecord {
  assignIds(parts, order);
  parts.dealer.state.changed(order);
  return order;
}

export function assignIds(parts: Pick<AccountParts, 'dealer' | 'clerk'>, order: OrderRecord): void {
  const { state } = parts.dealer;
  order.orderId = parts.clerk.market(order.symbol).market.engine.reserveOrderId();
  if (order.clientOrderId === '') order.clientOrderId = state.clientId(order, 'order');
}

/** What an order's request answers: its state and what it did at once. */
export function placed(book: AccountBook, order: OrderRecord, enter: () => void): Placed {
  const from = { trades: book.trades.length, preventions: book.preventions.length };
  enter();
  return {
    order: stateOf(order),
    trades: book.trades.slice(from.trades).filter((trade) => trade.orderId === order.orderId),
    preventedMatches: book.preventions
      .slice(from.preventions)
      .filter((match) => match.takerOrderId === order.orderId),
  };
}
