import { sql } from 'kysely';
import { hotInsert, hotInsertMany, hotQuery } from './hot-query.ts';
import type { OrderRow } from './order-store.ts';
import type { StoreContext } from './store-context.ts';

/**
 * Every statement about orders, compiled once. `sql.lit` where a partial index says the same: SQLite
 * does not use one for a bound value.
 */
export function orderStatements(builder: StoreContext['builder']) {
  const orders = builder.selectFrom('orders').selectAll();
  return {
    insert: hotInsertMany(builder, 'orders', ORDER_COLUMNS),
    insertEvent: hotInsert(builder, 'order_events', EVENT_COLUMNS),
    insertEvents: hotInsertMany(builder, 'order_events', EVENT_COLUMNS),
    update: hotQuery<OrderRow>((row) =>
      builder
        .updateTable('orders')
        .set({
          status: row.status,
          qty: row.qty,
          is_ended: row.is_ended,
          filled_qty: row.filled_qty,
          filled_quote: row.filled_quote,
          held_quote: row.held_quote,
          venue_order_id: row.venue_order_id,
          stop_price: row.stop_price,
          updated_ms: row.updated_ms,
        })
        .where('seq', '=', row.seq),
    ),
    byId: hotQuery((values: { id: string }) => orders.where('client_order_id', '=', values.id)),
    byIntent: hotQuery((values: { intentId: string }) =>
      orders.where('intent_id', '=', values.intentId).orderBy('seq'),
    ),
    lastEntry: hotQuery((values: { account: string; pair: string }) =>
      orders
        .where('account', '=', values.account)
        .where('pair', '=', values.pair)
        .where('leg', '=', sql.lit('entry'))
        .orderBy('seq', 'desc')
        .limit(1),
    ),
    lastSale: hotQuery((values: { account: string; pair: string }) =>
      builder
        .selectFrom('fills')
        .innerJoin('orders', 'orders.client_order_id', 'fills.client_order_id')
        .selectAll('orders')
        .where('fills.account', '=', values.account)
        .where('fills.pair', '=', values.pair)
        .where('fills.side', '=', sql.lit('sell'))
        .orderBy('fills.seq', 'desc')
        .limit(1),
    ),
    open: hotQuery((values: { account: string }) =>
      orders
        .where('account', '=', values.account)
        .where('is_ended', '=', sql.lit(0))
        .orderBy('seq'),
    ),
    fillsOf: hotQuery((values: { id: string }) =>
      builder
        .selectFrom('fills')
        .selectAll()
        .where('client_order_id', '=', values.id)
        .orderBy('seq'),
    ),
  };
}

const ORDER_COLUMNS = [
  'client_order_id',
  'intent_id',
  'account',
  'pair',
  'side',
  'type',
  'leg',
  'attempt',
  'time_in_force',
  'qty',
  'price',
  'stop_price',
  'trailing_fraction',
  'list_id',
  'status',
  'filled_qty',
  'filled_quote',
  'held_quote',
  'venue_order_id',
  'is_ended',
  'created_ms',
  'updated_ms',
] as const;

const EVENT_COLUMNS = [
  'client_order_id',
  'from_status',
  'to_status',
  'event',
  'is_legal',
  'raw',
  'at_ms',
] as const;
