import { isBelow } from '#core/money/decimal.ts';
import type { Order } from '#core/model/order.ts';
import { isEnded } from '#core/orders/transitions.ts';
import type { Booking } from './order-events.ts';

/**
 * What a stop's new status says about the position it guards. One that was reached and ended before
 * it had sold everything has fired: the rest is sold, whatever the price is now. One that was refused
 * or ended for no reason of the desk's counts: the plan goes down its ladder, so that a venue which
 * takes a stop and drops it at once is not asked for ever. Beside another stop a refusal says
 * nothing: the other has the coins, or was asked for because this one was lost.
 */
export function noteStop(booking: Booking, before: Order, after: Order): void {
  const { draft } = booking;
  const { pair, status } = after;
  if (!isEnded(status) || status === 'filled' || isEnded(before.status)) return;
  const wasReached = before.status === 'triggered' || before.status === 'partly-filled';
  if (status === 'expired-in-match' || (wasReached && status !== 'cancelled')) {
    const hasFired = isBelow(after.filledQty, after.qty);
    draft.changes.push({ kind: 'stop-fired', pair, hasFired });
    return;
  }
  if (wasOurs(booking, after)) return;
  if (status === 'rejected' && hasOther(booking, after)) return;
  draft.changes.push({ kind: 'stop-refusals', pair, count: refusals(booking, after) + 1 });
}

/** The desk ended it, or its list did by selling, or its entry brought nothing. */
function wasOurs({ desk, draft }: Booking, stop: Order): boolean {
  if (stop.status === 'rejected') return false;
  const { state } = desk;
  const commands = [...state.commands.values()].filter(({ pair }) => pair === stop.pair);
  if (commands.some(({ kind }) => kind !== 'place' && kind !== 'place-list')) return true;
  const others = [...state.orders.values(), ...changedOrders(draft)].filter(
    ({ listId, leg }) => leg === 'target' && listId !== undefined && listId === stop.listId,
  );
  return others.some(({ status }) => status === 'partly-filled' || status === 'filled');
}

function hasOther({ desk, draft }: Booking, { pair, clientOrderId }: Order): boolean {
  const latest = new Map(desk.state.orders);
  for (const order of changedOrders(draft)) latest.set(order.clientOrderId, order);
  return [...latest.values()].some(
    (order) =>
      order.leg === 'stop' &&
      order.pair === pair &&
      order.clientOrderId !== clientOrderId &&
      !isEnded(order.status),
  );
}

function changedOrders(draft: Booking['draft']): readonly Order[] {
  return draft.changes.flatMap((change) => (change.kind === 'order' ? [change.order] : []));
}

function refusals({ desk, draft }: Booking, { pair }: Order): number {
  const changed = draft.changes.findLast(
    (change) => change.kind === 'stop-refusals' && change.pair === pair,
  );
  if (changed?.kind === 'stop-refusals') return changed.count;
  return desk.state.stopRefusals.get(pair) ?? 0;
}
