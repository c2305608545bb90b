import { add, compare, format, isBelow, isEqual } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Order, OrderStatus } from '#core/model/order.ts';
import type { OrderEvent } from './order-event.ts';
import { isEnded, isLegalStep } from './transitions.ts';

/**
 * What an event does to an order. `same` = nothing new, a repeat or late news. An `illegal` event
 * is recorded and alarms; its `order` keeps its status, but a fill is booked all the same.
 */
export type OrderStep =
  | { readonly kind: 'moved'; readonly from: OrderStatus; readonly order: Order }
  | { readonly kind: 'same'; readonly order: Order }
  | {
      readonly kind: 'illegal';
      readonly from: OrderStatus;
      readonly to: OrderStatus;
      readonly order: Order;
      readonly reason: string;
    };

/** The key under which a fill exists once, whichever channel brought it. */
export function fillKey(fill: Fill): string {
  const { account, pair, kind, venueTradeId, clientOrderId } = fill;
  return `${account}|${pair}|${kind}|${venueTradeId}|${clientOrderId}`;
}

/** Steps one order by one event. The caller leaves out fills it has already booked. */
export function stepOrder(order: Order, event: OrderEvent): OrderStep {
  switch (event.kind) {
    case 'fill':
      return stepFill(order, event.fill);
    case 'accepted':
      return accept(order, event);
    case 'triggered':
      if (order.status === 'partly-filled' || isEnded(order.status)) return same(order);
      return move(order, 'triggered', event.atMs);
    case 'trailed':
      return trail(order, event.stopPrice, event.atMs);
    case 'cancelled':
    case 'rejected':
    case 'expired':
    case 'expired-in-match':
      return move(order, event.kind, event.atMs);
  }
}

function move(order: Order, to: OrderStatus, atMs: number): OrderStep {
  const from = order.status;
  if (from === to) return same(order);
  if (!isLegalStep(from, to)) {
    return { kind: 'illegal', from, to, order, reason: `${from} may not become ${to}` };
  }
  return { kind: 'moved', from, order: { ...order, status: to, updatedMs: atMs } };
}

function accept(order: Order, event: OrderEvent & { kind: 'accepted' }): OrderStep {
  const { venueOrderId, isPending, atMs } = event;
  const isEarly = order.status === 'created' || order.status === 'pending-new';
  // A venue that will choose the quantity later may name a provisional one: it counts when it works.
  const sized = isPending ? order : withVenueQty(order, event.qty);
  if (isEarly) return move({ ...sized, venueOrderId }, isPending ? 'pending-new' : 'open', atMs);
  if (sized === order || isEnded(order.status)) return same(order);
  const status = isEqual(sized.qty, sized.filledQty) ? 'filled' : order.status;
  return { kind: 'moved', from: order.status, order: { ...sized, status, updatedMs: atMs } };
}

/** Fills may have come first; no quantity is below what was filled. */
function withVenueQty(order: Order, qty: DecimalText | undefined): Order {
  if (qty === undefined || isEqual(qty, order.qty) || isBelow(qty, order.filledQty)) return order;
  return { ...order, qty };
}

function same(order: Order): OrderStep {
  return { kind: 'same', order };
}

function trail(order: Order, stopPrice: DecimalText, atMs: number): OrderStep {
  if (isEnded(order.status) || order.stopPrice === stopPrice) return same(order);
  return { kind: 'moved', from: order.status, order: { ...order, stopPrice, updatedMs: atMs } };
}

function stepFill(order: Order, fill: Fill): OrderStep {
  const from = order.status;
  const filledQty = format(add(order.filledQty, fill.qty));
  const filledQuote = format(add(order.filledQuote, fill.quoteQty));
  const booked = { ...order, filledQty, filledQuote, updatedMs: fill.atMs };
  const excess = compare(filledQty, order.qty);
  if (excess > 0) {
    const reason = `filled ${filledQty} of ${order.qty}`;
    return { kind: 'illegal', from, to: 'filled', order: booked, reason };
  }
  const to = excess === 0 ? 'filled' : isEnded(from) ? from : 'partly-filled';
  if (from === 'rejected') {
    return { kind: 'illegal', from, to, order: booked, reason: 'a fill of a rejected order' };
  }
  return { kind: 'moved', from, order: { ...booked, status: to } };
}
