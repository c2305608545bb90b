import type { Selectable } from 'kysely';
import {
  type Decimal,
  format,
  isAbove,
  isPositive,
  negate,
  parse,
  ZERO,
} from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import { quoteOf } from '#core/model/pair.ts';
import { isEnded } from '#core/orders/transitions.ts';
import { orderCreated, orderEnded } from './audit/order-entries.ts';
import { ledgerError } from './errors.ts';
import type { LedgerTransaction } from './ledger.ts';
import { orderStatements } from './order-statements.ts';
import type { OrderMove } from './records.ts';
import { amount, fillOf, orderAsWritten, orderOf } from './rows.ts';
import type { StoreContext } from './store-context.ts';
import type { LedgerTables } from './tables.ts';

type OrderStore = Pick<
  LedgerTransaction,
  | 'createOrder'
  | 'createOrders'
  | 'moveOrder'
  | 'order'
  | 'ordersOfIntent'
  | 'lastEntry'
  | 'lastSale'
  | 'openOrders'
  | 'heldBy'
  | 'fillsOf'
>;

export type OrderRow = Selectable<LedgerTables['orders']>;

type OrderStatements = ReturnType<typeof orderStatements>;

/** Orders, their events and what they hold. */
export function orderStore(context: StoreContext): OrderStore {
  const { session, builder } = context;
  const sql = orderStatements(builder);
  return {
    createOrder: (order, holdQuote) => createOrders(context, sql, { orders: [order], holdQuote }),
    createOrders: (orders, holdQuote) => createOrders(context, sql, { orders, holdQuote }),
    moveOrder: (move) => moveOrder(context, sql, move),
    order: async (id) => {
      const row = await session.one(sql.byId({ id }));
      return row && orderOf(row);
    },
    ordersOfIntent: async (intentId) =>
      (await session.all(sql.byIntent({ intentId }))).map(orderOf),
    lastEntry: async (account, pair) => {
      const row = await session.one(sql.lastEntry({ account, pair }));
      return row && orderOf(row);
    },
    lastSale: async (account, pair) => {
      const row = await session.one(sql.lastSale({ account, pair }));
      return row && orderOf(row);
    },
    openOrders: async (account, pair) =>
      (await session.all(sql.open({ account })))
        .filter((row) => pair === undefined || row.pair === pair)
        .map(orderOf),
    heldBy: async (id) => amount((await session.one(sql.byId({ id })))?.held_quote ?? '0'),
    fillsOf: async (id) => (await session.all(sql.fillsOf({ id }))).map(fillOf),
  };
}

/** All in one statement per table: what an entry brings with it is three orders. */
async function createOrders(
  context: StoreContext,
  sql: OrderStatements,
  input: { readonly orders: readonly Order[]; readonly holdQuote: DecimalText | undefined },
): Promise<void> {
  const { session, audit } = context;
  const { orders, holdQuote } = input;
  const [first] = orders;
  if (first === undefined) return;
  const hold = parse(holdQuote ?? ZERO);
  await session.run(
    sql.insert(orders.map((order) => rowOf(order, order === first ? format(hold) : '0'))),
  );
  await session.run(sql.insertEvents(orders.map(createdEvent)));
  await audit.record(...orders.map(orderCreated));
  if (isPositive(hold)) await holdFor(context, first, hold);
}

function createdEvent(order: Order) {
  return {
    client_order_id: order.clientOrderId,
    from_status: null,
    to_status: order.status,
    event: 'created',
    is_legal: 1,
    raw: '',
    at_ms: order.createdMs,
  };
}

async function holdFor({ balances }: StoreContext, order: Order, hold: Decimal): Promise<void> {
  const { account, clientOrderId, createdMs } = order;
  const asset = quoteOf(order.pair);
  const free = balances.amountOf(account, 'free', asset);
  if (isAbove(hold, free)) {
    throw ledgerError('ledger.insufficient-funds', { hold: format(hold), free: format(free) });
  }
  await balances.post({
    kind: 'hold',
    ref: clientOrderId,
    account,
    atMs: createdMs,
    entries: [
      { kind: 'free', asset, amount: negate(hold) },
      { kind: 'held', asset, amount: hold },
    ],
  });
}

async function moveOrder(
  context: StoreContext,
  sql: OrderStatements,
  move: OrderMove,
): Promise<Order> {
  const { session } = context;
  const before = await requireOrder(context, sql, move.clientOrderId);
  await session.run(
    sql.insertEvent({
      client_order_id: move.clientOrderId,
      from_status: before.status,
      to_status: move.to,
      event: move.event,
      is_legal: move.isLegal ? 1 : 0,
      raw: move.raw ?? '',
      at_ms: move.atMs,
    }),
  );
  if (!move.isLegal) return orderAsWritten(before);
  const ended = isEnded(move.to);
  if (ended) await releaseHold(context, before, move.atMs);
  const after: OrderRow = {
    ...before,
    status: move.to,
    qty: move.qty ?? before.qty,
    is_ended: ended ? 1 : 0,
    venue_order_id: move.venueOrderId ?? before.venue_order_id,
    stop_price: move.stopPrice ?? before.stop_price,
    held_quote: ended ? '0' : before.held_quote,
    updated_ms: move.atMs,
  };
  await session.run(sql.update(after));
  if (ended) await context.audit.record(orderEnded(after, move.raw ?? ''));
  return orderAsWritten(after);
}

export async function requireOrder(
  { session }: StoreContext,
  sql: OrderStatements,
  id: ClientOrderId,
): Promise<OrderRow> {
  const row = await session.one(sql.byId({ id }));
  if (row === undefined) throw ledgerError('ledger.unknown-order', { clientOrderId: id });
  return row;
}

async function releaseHold(context: StoreContext, order: OrderRow, atMs: number): Promise<void> {
  const held = parse(amount(order.held_quote));
  const asset = order.pair.slice(order.pair.indexOf('/') + 1);
  await context.balances.post({
    kind: 'release',
    ref: order.client_order_id,
    account: order.account,
    atMs,
    entries: [
      { kind: 'held', asset, amount: negate(held) },
      { kind: 'free', asset, amount: held },
    ],
  });
}

function rowOf(order: Order, heldQuote: string): Omit<OrderRow, 'seq'> {
  return {
    client_order_id: order.clientOrderId,
    intent_id: order.intentId,
    account: order.account,
    pair: order.pair,
    side: order.side,
    type: order.type,
    leg: order.leg,
    attempt: order.attempt,
    time_in_force: order.timeInForce,
    qty: order.qty,
    price: order.price ?? null,
    stop_price: order.stopPrice ?? null,
    trailing_fraction: order.trailingFraction ?? null,
    list_id: order.listId ?? null,
    status: order.status,
    filled_qty: order.filledQty,
    filled_quote: order.filledQuote,
    held_quote: heldQuote,
    venue_order_id: order.venueOrderId ?? null,
    is_ended: isEnded(order.status) ? 1 : 0,
    created_ms: order.createdMs,
    updated_ms: order.updatedMs,
  };
}
