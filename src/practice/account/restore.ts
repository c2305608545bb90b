/** Brings the accounts back from the journal: balances, history, and what was open. */
import { AccountBook, receivedKey } from './account-book.ts';
import type { ListRecord } from './account-book.ts';
import type { Dealer } from './dealer.ts';
import type { FloorMarket } from './floor-market.ts';
import type { FloorState } from './floor-state.ts';
import type { JournalEntry } from './journal-entry.ts';
import { isOpen, orderKey } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import type { OwnTrade } from './trading.ts';

type Markets = ReadonlyMap<string, FloorMarket>;

/** Fills the empty state with what the entries say. Nothing is locked yet. */
export function loadState(state: FloorState, entries: readonly JournalEntry[]): void {
  const accounts = lastOf(
    entries,
    (entry) => entry.accounts,
    (row) => String(row.terms.uid),
  );
  for (const { terms, balances, updateTimeMs } of accounts) {
    const book = new AccountBook(terms);
    for (const { asset, amount } of balances) book.purse.move(asset, amount);
    book.purse.takeTouched();
    book.updateTimeMs = updateTimeMs;
    state.books.set(book.uid, book);
  }
  const orderId = (order: OrderRecord): string => `${order.uid} ${orderKey(order)}`;
  const orders = lastOf(entries, (entry) => entry.orders, orderId);
  for (const order of orders) state.book(order.uid).keep(order);
  const lists = lastOf(
    entries,
    (entry) => entry.lists,
    (list) => String(list.orderListId),
  );
  for (const list of lists) state.book(list.uid).lists.set(list.orderListId, list);
  for (const entry of entries) {
    for (const { uid, ...trade } of entry.trades) state.book(uid).trades.push(trade);
    for (const { uid, takerQty, makerQty, ...match } of entry.preventions) {
      state.book(uid).preventions.push({ ...match, takerQty, makerQty });
    }
    for (const { uid, ...transfer } of entry.transfers) state.book(uid).transfers.push(transfer);
    Object.assign(state.counters, entry.counters);
  }
}

/** The last version of each record, in the order in which they first came. */
function lastOf<T>(
  entries: readonly JournalEntry[],
  rows: (entry: JournalEntry) => readonly T[],
  key: (row: T) => string,
): T[] {
  const found = new Map<string, T>();
  for (const entry of entries) for (const row of rows(entry)) found.set(key(row), row);
  return [...found.values()];
}

/**
 * Puts open orders back where they were. Those that rested rest again, behind nobody of before;
 * where the market has moved past them they trade. Stops look at the first price that comes.
 */
export function reopen(
  state: FloorState,
  of: { dealer: Dealer; markets: Markets; nowMs: number },
): void {
  const { dealer, markets, nowMs } = of;
  skipIds(state, markets);
  for (const book of state.books.values()) {
    for (const list of book.lists.values()) reopenList(state, book, { list, markets });
    const open = [...book.open].toSorted((a, b) => a.orderId - b.orderId);
    for (const order of open.filter((entry) => !markets.has(entry.symbol))) {
      delist(state, order, nowMs);
    }
    const listed = open.filter(isOpen);
    for (const order of listed) dealer.hold(order);
    for (const order of listed) {
      if (order.stage === 'waiting') markets.get(order.symbol)?.waiting.add(order);
      if (order.stage === 'book') dealer.rest(order, nowMs);
    }
  }
}

/** A symbol that is not there any more: what was open of it has ended, its money is free. */
function delist(state: FloorState, order: OrderRecord, timeMs: number): void {
  order.stage = 'done';
  order.status = 'EXPIRED';
  order.expiryReason = 'EXCHANGE_CANCELED';
  order.updateTimeMs = timeMs;
  state.changed(order);
}

function reopenList(
  state: FloorState,
  book: AccountBook,
  of: { list: ListRecord; markets: Markets },
): void {
  const { list, markets } = of;
  if (list.isDone) return;
  const market = markets.get(list.symbol);
  if (market === undefined) {
    list.isDone = true;
    state.keepList(list);
  } else if (!list.isReleased) {
    book.purse.hold(receivedKey(list), market.spec.base, list.received);
  }
}

/** Ids only rise, also when the exchange comes back within the second it died in. */
function skipIds(state: FloorState, markets: Markets): void {
  for (const book of state.books.values()) {
    for (const order of book.orders.values()) {
      markets.get(order.symbol)?.market.engine.skipOrderIds(order.orderId);
    }
    for (const trade of lastTrades(book)) {
      const market = markets.get(trade.symbol)?.market;
      if (market !== undefined && market.engine.nextTradeId <= trade.id) {
        market.skipTradeIds(trade.id + 1);
      }
    }
  }
}

function lastTrades(book: AccountBook): OwnTrade[] {
  const last = new Map<string, OwnTrade>();
  for (const trade of book.trades) last.set(trade.symbol, trade);
  return [...last.values()];
}
