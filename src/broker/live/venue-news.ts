import type { Fill } from '#core/model/fill.ts';
import { ClientOrderId } from '#core/model/order.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { isEnded } from '#core/orders/transitions.ts';
import type { VenueOrder } from '#exchange/trading/trading-venue.ts';
import { TransientError } from '#platform/errors.ts';
import type { OrderReport } from '../broker.ts';

/**
 * What the venue says about an order, in the desk's words. Pure; whether it is news is for
 * `KnownOrders` to say.
 */

/** Which orders are the desk's: those whose ids begin with its tag. */
export function ownId(clientOrderId: string, tag: string): ClientOrderId | undefined {
  if (!clientOrderId.startsWith(tag)) return undefined;
  const id = ClientOrderId.safeParse(clientOrderId);
  return id.success ? id.data : undefined;
}

/** An order that the venue holds or held; nothing for one that it rejected. */
export function acceptance(id: ClientOrderId, order: VenueOrder): OrderEvent | undefined {
  const { pair, atMs, venueOrderId, status, qty } = order;
  if (status === 'rejected') return undefined;
  const isPending = status === 'pending-new';
  const sized = qty !== undefined && { qty };
  return { kind: 'accepted', clientOrderId: id, pair, atMs, venueOrderId, isPending, ...sized };
}

export function trigger(id: ClientOrderId, order: VenueOrder): OrderEvent | undefined {
  const { pair, atMs, status } = order;
  return status === 'triggered' ? { kind: 'triggered', clientOrderId: id, pair, atMs } : undefined;
}

/** How it ended, other than by being filled. */
export function ending(id: ClientOrderId, order: VenueOrder): OrderEvent | undefined {
  const { pair, atMs, status, reason } = order;
  const about = { clientOrderId: id, pair, atMs, reason };
  switch (status) {
    case 'cancelled':
    case 'expired':
    case 'expired-in-match':
      return { ...about, kind: status };
    case 'rejected':
      return { ...about, kind: 'rejected', code: 'venue' };
    case 'pending-new':
    case 'open':
    case 'triggered':
    case 'partly-filled':
    case 'filled':
    case 'other':
      return undefined;
  }
}

export function hasEnded({ status }: VenueOrder): boolean {
  return status !== 'other' && isEnded(status);
}

export function fillEvent(fill: Fill): OrderEvent {
  const { clientOrderId, pair, atMs } = fill;
  return { kind: 'fill', clientOrderId, pair, atMs, fill };
}

/** Throws while the venue says something about the order that nobody knows the meaning of. */
export function reportOf(id: ClientOrderId, order: VenueOrder): OrderReport {
  const { pair, venueOrderId, status, filledQty, qty, reason, atMs } = order;
  if (status === 'other') {
    throw new TransientError('venue-garbled', 'the venue gives an order a status nobody knows', {
      details: { clientOrderId: id, pair },
    });
  }
  const sized = qty !== undefined && { qty };
  return { clientOrderId: id, pair, venueOrderId, status, filledQty, ...sized, reason, atMs };
}
