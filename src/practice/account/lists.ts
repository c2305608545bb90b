/**
 * Order lists (rest-api.md, Order lists; faqs/opo.md). The half of a pair that starts to work ends
 * the other; a filled working order releases the pending ones; what ends the working order ends
 * the list.
 */
import { listState, pairOf, receivedKey } from './account-book.ts';
import type { AccountBook, ListRecord } from './account-book.ts';
import { floorTo, unitsOf } from './amount.ts';
import type { Units } from './amount.ts';
import type { Clerk } from './clerk.ts';
import type { Dealer, ListWatch } from './dealer.ts';
import { isOpen, stateOf } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import { ApiError } from '../server/api-error.ts';
import type { CancelledList, ExpiryReason } from './trading.ts';

const LIST_REASONS: readonly (ExpiryReason | undefined)[] = [
  'OCO_TRIGGER',
  'OTO_PHASE_ONE_EXPIRED',
  'REJECTED',
];

export class Lists implements ListWatch {
  readonly #dealer: Dealer;
  readonly #clerk: Clerk;

  constructor(dealer: Dealer, clerk: Clerk) {
    this.#dealer = dealer;
    this.#clerk = clerk;
    dealer.watchLists(this);
  }

  onStart(order: OrderRecord, timeMs: number): void {
    const { book, list } = this.#of(order);
    if (list === undefined || list.isDone) return;
    const pair = pairOf(book, list);
    if (pair.includes(order)) this.#expire(pair, { but: order, reason: 'OCO_TRIGGER', timeMs });
  }

  onEnd(order: OrderRecord, timeMs: number): void {
    const { book, list } = this.#of(order);
    if (list === undefined || list.isDone) return;
    const orders = book.ordersOf(list);
    const isWorkingOrder = list.kind !== 'OCO' && orders[0] === order;
    if (isWorkingOrder && order.status === 'FILLED') {
      this.#dealer.later(() => this.#releasePending(book, list, timeMs));
      return;
    }
    // Who cancels an order of a list, or expires it for the list, sees to the others himself.
    const isByList = order.status === 'CANCELED' || LIST_REASONS.includes(order.expiryReason);
    if (!isByList && order.status !== 'FILLED') {
      const reason = isWorkingOrder ? 'OTO_PHASE_ONE_EXPIRED' : 'OCO_TRIGGER';
      const others = isWorkingOrder ? orders : pairOf(book, list);
      this.#expire(others, { but: order, reason, timeMs });
    }
    this.#closeIfDone(book, list, timeMs);
  }

  keepsReceived(order: OrderRecord): boolean {
    const { book, list } = this.#of(order);
    return list !== undefined && isOpo(list) && book.ordersOf(list)[0] === order;
  }

  onReceived(order: OrderRecord, amount: Units): void {
    const { book, list } = this.#of(order);
    if (list === undefined) return;
    list.received += amount;
    book.purse.hold(receivedKey(list), this.#base(list), list.received);
    this.#dealer.state.keepList(list);
  }

  /** Cancels what is open of a list; pending orders first, so none is taken for expired. */
  cancel(
    book: AccountBook,
    list: ListRecord,
    how: { cancelId: string; timeMs: number },
  ): CancelledList {
    const orders = book.ordersOf(list).filter(isOpen);
    for (const order of orders.toReversed()) {
      this.#dealer.end(order, { status: 'CANCELED', ...how });
    }
    return {
      list: listState(book, list),
      orders: orders.map((order) => ({ order: stateOf(order), cancelId: how.cancelId })),
    };
  }

  #releasePending(book: AccountBook, list: ListRecord, timeMs: number): void {
    if (list.isDone) return;
    const pending = book.ordersOf(list).slice(1);
    list.isReleased = true;
    if (isOpo(list)) this.#giveReceived(book, list, pending);
    const isAccepted = this.#isAcceptable(book, list, pending);
    this.#dealer.state.keepList(list);
    if (!isAccepted) {
      this.#expire(pending, { but: undefined, reason: 'REJECTED', timeMs });
      this.#closeIfDone(book, list, timeMs);
      return;
    }
    this.#dealer.state.tellList(list, timeMs);
    for (const order of pending) {
      if (isOpen(order)) this.#dealer.enter(order, timeMs);
    }
  }

  /** The pending orders sell what the working order brought, as far as whole lots go. */
  #giveReceived(book: AccountBook, list: ListRecord, pending: readonly OrderRecord[]): void {
    const { lot } = this.#dealer.market(list.symbol);
    const step = unitsOf(this.#clerk.rules(list.symbol).stepSize);
    const qty = floorTo(list.received, step > lot ? step : lot);
    book.purse.hold(receivedKey(list), this.#base(list), 0n);
    for (const order of pending) order.qty = qty;
  }

  #isAcceptable(book: AccountBook, list: ListRecord, pending: readonly OrderRecord[]): boolean {
    try {
      this.#clerk.checkPending(book, pending, list.kind === 'OTOCO' || list.kind === 'OPOCO');
      return true;
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  }

  #expire(
    orders: readonly OrderRecord[],
    how: { but: OrderRecord | undefined; reason: ExpiryReason; timeMs: number },
  ): void {
    for (const order of orders) {
      if (order === how.but) continue;
      this.#dealer.end(order, { status: 'EXPIRED', reason: how.reason, timeMs: how.timeMs });
    }
  }

  #closeIfDone(book: AccountBook, list: ListRecord, timeMs: number): void {
    if (list.isDone || book.ordersOf(list).some(isOpen)) return;
    list.isDone = true;
    book.purse.hold(receivedKey(list), this.#base(list), 0n);
    this.#dealer.state.tellList(list, timeMs);
    this.#dealer.state.tellBalances(book, timeMs);
  }

  #base(list: ListRecord): string {
    return this.#dealer.market(list.symbol).spec.base;
  }

  #of(order: OrderRecord): { book: AccountBook; list: ListRecord | undefined } {
    const book = this.#dealer.book(order);
    return { book, list: book.listOf(order) };
  }
}

function isOpo(list: ListRecord): boolean {
  return list.kind === 'OPO' || list.kind === 'OPOCO';
}
