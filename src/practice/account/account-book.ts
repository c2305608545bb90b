import { z } from 'zod';
import type { Units } from './amount.ts';
import { orderKey, stateOf, UnitsText } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import { Purse } from './purse.ts';
import type { AccountEvent, ListState, OwnTrade, PreventedMatch, Transfer } from './trading.ts';

/** An order list as the exchange keeps it; its orders in the order in which they were given. */
export const ListRecord = z.object({
  uid: z.number(),
  symbol: z.string(),
  orderListId: z.number(),
  listClientOrderId: z.string(),
  kind: z.enum(['OCO', 'OTO', 'OTOCO', 'OPO', 'OPOCO']),
  isDone: z.boolean(),
  /** The working order has filled, the pending ones are placed. */
  isReleased: z.boolean(),
  orderIds: z.array(z.number()),
  timeMs: z.number(),
  /** Of OPO and OPOCO: what the working order brought and holds for the pending ones. */
  received: UnitsText,
});
export type ListRecord = z.output<typeof ListRecord>;

export const Terms = z.object({
  uid: z.number(),
  makerFraction: UnitsText,
  takerFraction: UnitsText,
  paysInBnb: z.boolean(),
});
export type Terms = z.output<typeof Terms>;

/** Everything of one account. Orders, trades and lists are in the order in which they came. */
export class AccountBook {
  readonly terms: Terms;
  readonly purse = new Purse();
  readonly orders = new Map<string, OrderRecord>();
  /** The newest order of a symbol with a client id. */
  readonly byClientId = new Map<string, OrderRecord>();
  readonly open = new Set<OrderRecord>();
  readonly lists = new Map<number, ListRecord>();
  readonly trades: OwnTrade[] = [];
  readonly preventions: PreventedMatch[] = [];
  readonly transfers: Transfer[] = [];
  readonly listeners = new Set<(event: AccountEvent) => void>();
  updateTimeMs = 0;

  constructor(terms: Terms) {
    this.terms = terms;
  }

  get uid(): number {
    return this.terms.uid;
  }

  /** Adds an order or takes note of what became of one. */
  keep(order: OrderRecord): void {
    this.orders.set(orderKey(order), order);
    this.byClientId.set(clientKey(order.symbol, order.clientOrderId), order);
    if (order.stage === 'done') this.open.delete(order);
    else this.open.add(order);
  }

  order(symbol: string, orderId: number): OrderRecord | undefined {
    return this.orders.get(orderKey({ symbol, orderId }));
  }

  ordersOf(list: ListRecord): OrderRecord[] {
    return list.orderIds.flatMap((orderId) => this.order(list.symbol, orderId) ?? []);
  }

  listOf(order: OrderRecord): ListRecord | undefined {
    return this.lists.get(order.orderListId);
  }
}

export function clientKey(symbol: string, clientOrderId: string): string {
  return `${symbol} ${clientOrderId}`;
}

export function listState(book: AccountBook, list: ListRecord): ListState {
  return {
    symbol: list.symbol,
    orderListId: list.orderListId,
    listClientOrderId: list.listClientOrderId,
    contingencyType: list.kind === 'OCO' ? 'OCO' : 'OTO',
    listStatusType: list.isDone ? 'ALL_DONE' : 'EXEC_STARTED',
    listOrderStatus: list.isDone ? 'ALL_DONE' : 'EXECUTING',
    transactionTimeMs: list.timeMs,
    orders: book.ordersOf(list).map(stateOf),
  };
}

/** The two orders of a list of which one ends the other; they share what they lock. */
export function pairOf(book: AccountBook, list: ListRecord): OrderRecord[] {
  const orders = book.ordersOf(list);
  if (list.kind === 'OCO') return orders;
  return list.kind === 'OTOCO' || list.kind === 'OPOCO' ? orders.slice(1) : [];
}

export interface Held {
  readonly key: string;
  readonly orders: readonly OrderRecord[];
}

/** Under which key an order locks, and the orders that lock under it together. */
export function heldWith(book: AccountBook, order: OrderRecord): Held {
  const list = book.listOf(order);
  const pair = list === undefined ? [] : pairOf(book, list);
  if (list !== undefined && pair.includes(order)) {
    return { key: `pair ${list.orderListId}`, orders: pair };
  }
  return { key: `order ${orderKey(order)}`, orders: [order] };
}

export function receivedKey(list: ListRecord): string {
  return `received ${list.orderListId}`;
}

/** What an open order locks by itself. */
export function need(order: OrderRecord): Units {
  if (order.stage !== 'waiting' && order.stage !== 'book') return 0n;
  const left = order.qty - order.executed - order.prevented;
  return order.side === 'SELL' ? left : (left * order.lockPrice) / 100_000_000n;
}
