import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Order, OrderStatus } from '#core/model/order.ts';
import { isEnded } from '#core/orders/transitions.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { fillKey, stepOrder } from '#core/orders/order-step.ts';
import { assert } from '#platform/errors.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import { type Draft, draftOrder } from './journal.ts';
import type { Desk } from './desk.ts';
import { otherFeeQuote } from './fee-value.ts';
import type { ExecutionPorts } from './ports.ts';
import { noteStop } from './stop-notes.ts';
import { showProtection } from './show-protection.ts';
import { tellPosition } from './tell-position.ts';

export interface Booking {
  readonly desk: Desk;
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
}

/** Writes what the venue said about our orders. Repeats and late news change nothing. */
export async function bookOrderEvents(
  booking: Booking,
  events: readonly OrderEvent[],
): Promise<void> {
  for (const event of events) await bookOne(booking, event);
}

async function bookOne(booking: Booking, event: OrderEvent): Promise<void> {
  const { desk, tx, draft } = booking;
  const { ports, state } = desk;
  const order = await draftOrder(tx, draft, state, event.clientOrderId);
  if (order === undefined) {
    ports.metrics.illegalEvent();
    ports.log.error(
      { clientOrderId: event.clientOrderId, pair: event.pair, event: event.kind },
      'event of an order that is not in the ledger',
    );
    return;
  }
  const step = stepOrder(order, event);
  if (step.kind === 'same') return;
  const to = step.kind === 'illegal' ? step.to : step.order.status;
  const isLegal = step.kind === 'moved';
  if (step.kind === 'illegal') {
    // A fill that is told again looks like one too many.
    if (event.kind === 'fill' && (await isBooked(tx, event.fill))) return;
    alarm(ports, order, event, step.reason);
  }
  if (event.kind === 'fill') {
    await bookFill(booking, { fill: event.fill, to, isLegal });
    return;
  }
  await moveOrder(booking, { before: order, event, step: { to, isLegal, qty: step.order.qty } });
}

async function moveOrder(
  booking: Booking,
  moving: {
    readonly before: Order;
    readonly event: Exclude<OrderEvent, { kind: 'fill' }>;
    readonly step: {
      readonly to: OrderStatus;
      readonly isLegal: boolean;
      readonly qty: DecimalText;
    };
  },
): Promise<void> {
  const { tx, draft } = booking;
  const { before, event, step } = moving;
  const moved = await tx.moveOrder({
    clientOrderId: before.clientOrderId,
    to: step.to,
    event: event.kind,
    isLegal: step.isLegal,
    raw: 'reason' in event ? event.reason : '',
    atMs: event.atMs,
    ...(event.kind === 'accepted' && { venueOrderId: event.venueOrderId }),
    ...(step.qty !== before.qty && { qty: step.qty }),
    ...(event.kind === 'trailed' && { stopPrice: event.stopPrice }),
  });
  draft.hasMovedMoney ||= before.side === 'buy';
  note(booking, before, moved);
  if (before.leg === 'stop' && step.isLegal) noteStop(booking, before, moved);
  if (event.kind === 'trailed') await noteTrailed(booking, moved, event.stopPrice);
}

/** A stop that has risen is what the position is protected with from now on. */
async function noteTrailed(booking: Booking, order: Order, stopPrice: DecimalText): Promise<void> {
  const { desk, draft } = booking;
  const { pair } = order;
  const protection = desk.state.protections.get(pair);
  if (protection === undefined || isEnded(order.status)) return;
  const { targetPrice } = protection;
  await showProtection({ ...booking, ...desk }, { pair, stopPrice, targetPrice });
  draft.changes.push({ kind: 'protection', pair, protection: { ...protection, stopPrice } });
}

async function isBooked(tx: LedgerTransaction, fill: Fill): Promise<boolean> {
  const booked = await tx.fillsOf(fill.clientOrderId);
  return booked.some((known) => fillKey(known) === fillKey(fill));
}

async function bookFill(
  booking: Booking,
  input: Parameters<LedgerTransaction['bookFill']>[0],
): Promise<void> {
  const { desk, tx, draft } = booking;
  const { ports, state } = desk;
  const before = await draftOrder(tx, draft, state, input.fill.clientOrderId);
  const feeValue = otherFeeQuote(desk, input.fill);
  const valued = feeValue === undefined ? input : { ...input, otherFeeQuote: feeValue };
  const outcome = await tx.bookFill(valued);
  if (outcome.kind === 'duplicate') return;
  assert(before !== undefined, 'a booked fill has an order');
  draft.hasChangedFigures = true;
  ports.metrics.filled();
  const { position, roundTrip } = outcome;
  draft.events.push({ kind: 'order.filled', fill: input.fill });
  tellPosition(draft, position, { roundTrip, cause: outcome.order.leg });
  ports.log.info(
    {
      clientOrderId: input.fill.clientOrderId,
      intentId: outcome.order.intentId,
      pair: input.fill.pair,
      side: input.fill.side,
      leg: outcome.order.leg,
      qty: input.fill.qty,
      price: input.fill.price,
      ...(roundTrip && { profitQuote: roundTrip.profitQuote }),
    },
    'order filled',
  );
  note(booking, before, outcome.order);
  if (before.leg === 'entry') await showLevels(booking, before);
}

/** What guards, or is about to guard, what an entry brings. */
async function showLevels(booking: Booking, { pair, intentId }: Order): Promise<void> {
  const { desk } = booking;
  const protection = desk.state.protections.get(pair);
  if (protection?.intentId !== intentId) return;
  const { stopPrice, targetPrice } = protection;
  await showProtection({ ...booking, ...desk }, { pair, stopPrice, targetPrice });
}

function note({ desk, draft }: Booking, before: Order, after: Order): void {
  draft.changes.push({ kind: 'order', order: after });
  draft.events.push({ kind: 'order.changed', order: after });
  if (before.status !== after.status) desk.ports.metrics.orderMoved(after.status);
}

function alarm(ports: ExecutionPorts, order: Order, event: OrderEvent, reason: string): void {
  ports.metrics.illegalEvent();
  const { clientOrderId, intentId, pair, status } = order;
  ports.log.error(
    { clientOrderId, intentId, pair, status, event: event.kind, reason },
    'illegal order event',
  );
}
