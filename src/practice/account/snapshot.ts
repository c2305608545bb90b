import type { AccountBook } from './account-book.ts';
import { clientKey } from './account-book.ts';
import { accountRow } from './floor-state.ts';
import type { FloorState } from './floor-state.ts';
import type { JournalEntry } from './journal-entry.ts';
import { isOpen, orderKey } from './order-record.ts';

/** Ended orders and trades an account keeps; a real venue keeps months. */
const HISTORY_KEPT = 50_000;

/** The whole state as one entry, without what is too old to keep. */
export function snapshot(state: FloorState, kept = HISTORY_KEPT): JournalEntry {
  const books = [...state.books.values()];
  for (const book of books) forgetOld(book, kept);
  const rows = <T>(of: (book: AccountBook) => readonly T[]): (T & { uid: number })[] =>
    books.flatMap((book) => of(book).map((row) => ({ uid: book.uid, ...row })));
  return {
    accounts: books.map(accountRow),
    orders: books.flatMap((book) => [...book.orders.values()]),
    lists: books.flatMap((book) => [...book.lists.values()]),
    trades: rows((book) => book.trades),
    preventions: rows((book) => book.preventions),
    transfers: rows((book) => book.transfers),
    counters: state.counters,
  };
}

function forgetOld(book: AccountBook, kept: number): void {
  const ended = [...book.orders.values()].filter((order) => !isOpen(order));
  for (const order of ended.slice(0, Math.max(0, ended.length - kept))) {
    // An order of an open list is asked for by the list.
    if (book.listOf(order)?.isDone === false) continue;
    book.orders.delete(orderKey(order));
    const key = clientKey(order.symbol, order.clientOrderId);
    if (book.byClientId.get(key) === order) book.byClientId.delete(key);
  }
  const lists = [...book.lists.values()].filter((list) => list.isDone);
  for (const list of lists.slice(0, Math.max(0, lists.length - kept))) {
    book.lists.delete(list.orderListId);
  }
  for (const rows of [book.trades, book.preventions]) {
    rows.splice(0, Math.max(0, rows.length - kept));
  }
}
