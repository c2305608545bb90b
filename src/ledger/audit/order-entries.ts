import type { Order } from '#core/model/order.ts';
import type { OrderRow } from '../order-store.ts';
import type { AuditEntry } from './audit-row.ts';

const BY_DESK = { who: 'desk', origin: '' } as const;

export function orderCreated(order: Order): AuditEntry {
  const { account, pair, side, type, leg, attempt, qty, price, stopPrice } = order;
  return {
    ...BY_DESK,
    atMs: order.createdMs,
    kind: 'order.created',
    ref: order.clientOrderId,
    why: order.intentId,
    payload: { account, pair, side, type, leg, attempt, qty, price, stopPrice },
  };
}

export function orderEnded(order: OrderRow, why: string): AuditEntry {
  return {
    ...BY_DESK,
    atMs: order.updated_ms,
    kind: 'order.ended',
    ref: order.client_order_id,
    why,
    payload: {
      status: order.status,
      filledQty: order.filled_qty,
      filledQuote: order.filled_quote,
      venueOrderId: order.venue_order_id,
    },
  };
}
