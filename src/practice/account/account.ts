import { ApiError } from '../server/api-error.ts';
import { clientKey, listState } from './account-book.ts';
import type { AccountBook, ListRecord } from './account-book.ts';
import { amountText, readAmount, unitsOf } from './amount.ts';
import { placeList } from './list-placing.ts';
import { isOpen, stateOf } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import { assignIds, placed, register } from './placing.ts';
import type { AccountParts } from './placing.ts';
import { allLists, allOrders, preventedMatches, trades } from './queries.ts';
import {
  insufficientBalance,
  noSuchOrder,
  rejectReasonOf,
  restrictedCancel,
  unknownOrder,
} from './refusals.ts';
import { readClientId, readTicket } from './ticket.ts';
import type { Ticket } from './ticket.ts';
import type {
  AccountEvent,
  AccountView,
  CancelAnswer,
  CancelledList,
  CancelOrder,
  CancelReplace,
  ListState,
  NewOrder,
  NewOrderList,
  OrderKey,
  OrderState,
  Placed,
  TradingAccount,
  Transfer,
} from './trading.ts';

/** One customer's side of the floor: requests in, states out. */
export class Account implements TradingAccount {
  readonly #parts: AccountParts;
  readonly #book: AccountBook;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#book = parts.book;
  }

  get uid(): number {
    return this.#book.uid;
  }

  view(): AccountView {
    const { terms, purse, updateTimeMs } = this.#book;
    return {
      uid: this.uid,
      balances: [...purse.pockets()].map(([asset, pocket]) => ({
        asset,
        free: amountText(pocket.free),
        locked: amountText(pocket.locked),
      })),
      makerFraction: amountText(terms.makerFraction),
      takerFraction: amountText(terms.takerFraction),
      paysInBnb: terms.paysInBnb,
      canTrade: true,
      updateTimeMs,
    };
  }

  place(order: NewOrder): Placed {
    return this.#act(order.symbol, (nowMs) => {
      const ticket = this.#check(order, nowMs);
      return this.#enter(ticket, nowMs);
    });
  }

  test(order: NewOrder): void {
    this.#act(order.symbol, (nowMs) => {
      const ticket = this.#check(order, nowMs);
      const { clerk } = this.#parts;
      clerk.checkIds(this.#book, [ticket]);
      clerk.checkMoment(this.#book, clerk.draft(this.#book, ticket, nowMs));
    });
  }

  placeList(list: NewOrderList): { readonly list: ListState; readonly placed: readonly Placed[] } {
    return this.#act(list.symbol, (nowMs) => placeList(this.#parts, list, nowMs));
  }

  cancel(cancel: CancelOrder): CancelAnswer {
    return this.#act(cancel.key.symbol, (nowMs) => this.#cancel(cancel, nowMs));
  }

  cancelList(key: Parameters<TradingAccount['cancelList']>[0]): CancelledList {
    return this.#act(key.symbol, (timeMs) => {
      const list = [...this.#book.lists.values()].find(
        (entry) =>
          entry.symbol === key.symbol &&
          !entry.isDone &&
          ('orderListId' in key
            ? entry.orderListId === key.orderListId
            : entry.listClientOrderId === key.listClientOrderId),
      );
      if (list === undefined) throw unknownOrder();
      const cancelId = this.#cancelId(list.symbol, list.orderIds[0] ?? 0, key.newClientOrderId);
      return this.#parts.lists.cancel(this.#book, list, { cancelId, timeMs });
    });
  }

  cancelAll(symbol: string): ReturnType<TradingAccount['cancelAll']> {
    return this.#act(symbol, (timeMs) => {
      const open = [...this.#book.open].filter((order) => order.symbol === symbol);
      const [first] = open;
      if (first === undefined) throw unknownOrder();
      const cancelId = this.#cancelId(symbol, first.orderId, undefined);
      const listRecords = new Set(open.flatMap((order) => this.#book.listOf(order) ?? []));
      const single = open.filter((order) => order.orderListId === -1);
      for (const order of single) {
        this.#parts.dealer.end(order, { status: 'CANCELED', timeMs, cancelId });
      }
      return {
        orders: single.map((order) => ({ order: stateOf(order), cancelId })),
        lists: [...listRecords].map((list) =>
          this.#parts.lists.cancel(this.#book, list, { cancelId, timeMs }),
        ),
      };
    });
  }

  cancelReplace(request: CancelReplace): ReturnType<TradingAccount['cancelReplace']> {
    return this.#act(request.order.symbol, (nowMs) => {
      const ticket = this.#check(request.order, nowMs);
      const cancelled = refusable(() => this.#cancel(request.cancel, nowMs));
      if (cancelled instanceof ApiError && request.mode === 'STOP_ON_FAILURE') {
        this.#parts.count.add(1, nowMs);
        return { cancelled, placed: undefined };
      }
      const entered = refusable(() => this.#enter(ticket, nowMs));
      if (entered instanceof ApiError) this.#tellRejected(ticket, entered, nowMs);
      return { cancelled, placed: entered };
    });
  }

  order(key: OrderKey): OrderState {
    const order = this.#find(key);
    if (order === undefined) throw noSuchOrder();
    return stateOf(order);
  }

  openOrders(symbol?: string): readonly OrderState[] {
    const open = [...this.#book.open];
    return open
      .filter((order) => symbol === undefined || order.symbol === symbol)
      .toSorted((a, b) => a.orderId - b.orderId)
      .map(stateOf);
  }

  allOrders(query: Parameters<TradingAccount['allOrders']>[0]): ReturnType<typeof allOrders> {
    return allOrders(this.#book, query);
  }

  trades(query: Parameters<TradingAccount['trades']>[0]): ReturnType<typeof trades> {
    return trades(this.#book, query);
  }

  list(key: Parameters<TradingAccount['list']>[0]): ListState {
    const list = [...this.#book.lists.values()].findLast((entry) =>
      'orderListId' in key
        ? entry.orderListId === key.orderListId
        : entry.listClientOrderId === key.origClientOrderId,
    );
    if (list === undefined) throw new ApiError(-2018, 'Order list does not exist.');
    return listState(this.#book, list);
  }

  openLists(): readonly ListState[] {
    const open = [...this.#book.lists.values()].filter((list) => !list.isDone);
    return open.map((list) => listState(this.#book, list));
  }

  allLists(query: Parameters<TradingAccount['allLists']>[0]): readonly ListState[] {
    return allLists(this.#book, query);
  }

  transfers(query: Parameters<TradingAccount['transfers']>[0]): readonly Transfer[] {
    const { kind, startMs = 0, endMs = Number.POSITIVE_INFINITY } = query;
    return this.#book.transfers.filter(
      (entry) => entry.kind === kind && entry.timeMs >= startMs && entry.timeMs <= endMs,
    );
  }

  transfer(transfer: Omit<Transfer, 'id' | 'timeMs'>): Transfer {
    return this.#parts.dealer.step(() => {
      const timeMs = this.#parts.now();
      const { state } = this.#parts.dealer;
      const isIn = transfer.kind === 'deposit';
      const amount = readAmount('amount', transfer.amount);
      const moves = [{ asset: transfer.asset, amount: isIn ? amount : -amount }];
      if (transfer.kind === 'convert') {
        const { toAsset = '', toAmount = '' } = transfer;
        moves.push({ asset: toAsset, amount: readAmount('toAmount', toAmount) });
      }
      if (!isIn && this.#book.purse.free(transfer.asset) < amount) throw insufficientBalance();
      const done: Transfer = { ...transfer, id: String(state.counters.transfer++), timeMs };
      state.transferred(this.#book, done);
      for (const move of moves) {
        this.#book.purse.move(move.asset, move.amount);
        state.tellMoved(this.#book, { asset: move.asset, delta: amountText(move.amount), timeMs });
      }
      state.tellBalances(this.#book, timeMs);
      return done;
    });
  }

  moveBalance(asset: string, delta: string): void {
    this.#parts.dealer.step(() => {
      const units = unitsOf(delta);
      if (this.#book.purse.free(asset) + units < 0n) throw insufficientBalance();
      this.#book.purse.move(asset, units);
      this.#parts.dealer.state.tellBalances(this.#book, this.#parts.now());
    });
  }

  preventedMatches(
    query: Parameters<TradingAccount['preventedMatches']>[0],
  ): ReturnType<typeof preventedMatches> {
    return preventedMatches(this.#book, query);
  }

  orderCounts(): { readonly tenSeconds: number; readonly day: number } {
    return this.#parts.count.read(this.#parts.now());
  }

  subscribe(listener: (event: AccountEvent) => void): () => void {
    this.#book.listeners.add(listener);
    return () => void this.#book.listeners.delete(listener);
  }

  #act<T>(symbol: string, work: (nowMs: number) => T): T {
    this.#parts.clerk.market(symbol);
    const nowMs = this.#parts.catchUp(symbol);
    return this.#parts.dealer.step(() => work(nowMs));
  }

  /** Everything that is looked at before the moment of the order counts. */
  #check(order: NewOrder, nowMs: number): Ticket {
    const { clerk, count } = this.#parts;
    const ticket = readTicket(order);
    clerk.checkSymbol(this.#book, [ticket]);
    clerk.checkFilters(ticket);
    count.check(1, nowMs);
    return ticket;
  }

  #enter(ticket: Ticket, nowMs: number): Placed {
    const { clerk, count, dealer } = this.#parts;
    clerk.checkIds(this.#book, [ticket]);
    const order = clerk.draft(this.#book, ticket, nowMs);
    clerk.checkMoment(this.#book, order);
    count.add(1, nowMs);
    return placed(this.#book, register(this.#parts, order), () => dealer.enter(order, nowMs));
  }

  /** After its cancel an order that cannot replace is told of; it is not kept. */
  #tellRejected(ticket: Ticket, error: ApiError, timeMs: number): void {
    const rejectReason = rejectReasonOf(error);
    if (rejectReason === undefined) return;
    const { clerk, dealer } = this.#parts;
    const order = clerk.draft(this.#book, { ...ticket, quoteOrderQty: 0n }, timeMs);
    assignIds(this.#parts, order);
    order.status = 'REJECTED';
    order.stage = 'done';
    dealer.state.tellOrder(order, { executionType: 'REJECTED', timeMs, rejectReason });
  }

  #cancel(cancel: CancelOrder, timeMs: number): CancelAnswer {
    const order = this.#find(cancel.key);
    if (order === undefined || !isOpen(order)) throw unknownOrder();
    const { cancelRestrictions: only } = cancel;
    const isBarred =
      (only === 'ONLY_NEW' && order.status !== 'NEW') ||
      (only === 'ONLY_PARTIALLY_FILLED' && order.status !== 'PARTIALLY_FILLED');
    if (isBarred) throw restrictedCancel();
    const cancelId = this.#cancelId(order.symbol, order.orderId, cancel.newClientOrderId);
    const list = this.#book.listOf(order);
    const whole = list === undefined ? undefined : this.#cancelWhole(list, cancelId, timeMs);
    if (whole === undefined)
      this.#parts.dealer.end(order, { status: 'CANCELED', timeMs, cancelId });
    return { cancelled: { order: stateOf(order), cancelId }, list: whole };
  }

  #cancelWhole(list: ListRecord, cancelId: string, timeMs: number): CancelledList {
    return this.#parts.lists.cancel(this.#book, list, { cancelId, timeMs });
  }

  #cancelId(symbol: string, orderId: number, given: string | undefined): string {
    const own = readClientId('newClientOrderId', given);
    return own ?? this.#parts.dealer.state.clientId({ symbol, orderId }, 'cancel');
  }

  #find(key: OrderKey): OrderRecord | undefined {
    return 'orderId' in key
      ? this.#book.order(key.symbol, key.orderId)
      : this.#book.byClientId.get(clientKey(key.symbol, key.origClientOrderId));
  }
}

function refusable<T>(work: () => T): T | ApiError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
