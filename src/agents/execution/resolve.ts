import { isBelow, sum } from '#core/money/decimal.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Order } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { isEnded } from '#core/orders/transitions.ts';
import type { OrderReport } from '#broker/broker.ts';
import { isUnknownPair, NO_PAIR } from '#exchange/unknown-pair.ts';
import { errorText } from '#platform/errors.ts';
import type { ExecutionPorts } from './ports.ts';
import { NOT_SENT, ordersEndedBy, ordersIn, type Outgoing } from './send.ts';

const RETRY_MS = 1_000;
/** Times an order must be missed, after the fence, before it counts as never placed. */
const MISSES_NEEDED = 3;
/** Code of an order that the venue does not know. */
export const ABSENT = 'absent';
/** Clocks differ a little: fills are asked for from before the order was made. */
const FILL_MARGIN_MS = 5_000;

/**
 * Finds out what became of a command whose answer is missing. Presence is proven by the venue
 * knowing the order; absence only by the fence: late enough after sending, and missed repeatedly.
 * Returns when it is known, however long that takes; nothing is ever sent again.
 */
export async function resolveCommand(
  ports: ExecutionPorts,
  command: Outgoing,
  sentMs: number,
): Promise<CommandOutcome> {
  let misses = 0;
  for (;;) {
    const isPastFence = ports.clock.now() >= sentMs + ports.broker.absenceFenceMs;
    const found = await askAll(ports, command);
    if (found !== undefined) {
      if (isComplete(command, found)) return { outcome: 'accepted', events: found.events };
      if (isPastFence) misses += 1;
      if (misses >= neededMisses(ports)) return afterFence(ports, command, found);
    }
    await ports.clock.sleep(RETRY_MS);
  }
}

/**
 * A venue refuses to cancel or replace what has ended, so the end was missed: asks for it instead of
 * trying again. Any other refusal stands, after a pause.
 */
export async function explainRefusal(
  ports: ExecutionPorts,
  command: Outgoing,
  refusal: CommandOutcome & { readonly outcome: 'refused' },
): Promise<CommandOutcome> {
  const [old] = ordersEndedBy(command);
  if (old === undefined || refusal.code === NOT_SENT) return refusal;
  for (;;) {
    const said = await askOrder(ports, old);
    // Nobody can cancel anything there any more; reconciliation says what became of it.
    if (said === 'no-pair') return { ...refusal, code: NO_PAIR };
    if (said !== undefined) {
      if (said !== 'absent' && !said.isOpen) {
        const never = ordersIn(command).map((order) => rejection(ports, order, refusal));
        return { outcome: 'accepted', events: [...said.events, ...never] };
      }
      await ports.clock.sleep(RETRY_MS);
      return said === 'absent' ? { ...refusal, code: ABSENT } : refusal;
    }
    await ports.clock.sleep(RETRY_MS);
  }
}

function rejection(
  { clock }: ExecutionPorts,
  { clientOrderId, pair }: Order,
  { code, reason }: { readonly code: string; readonly reason: string },
): OrderEvent {
  return { kind: 'rejected', clientOrderId, pair, atMs: clock.now(), code, reason };
}

interface Said {
  /** Repeats what is known already; booking it again changes nothing. */
  readonly events: readonly OrderEvent[];
  readonly isOpen: boolean;
}

/** What the venue says about one order now; undefined when it cannot be told yet. */
export async function askOrder(
  ports: ExecutionPorts,
  order: Order,
): Promise<Said | 'absent' | 'no-pair' | undefined> {
  ports.crash('before-ask');
  try {
    const report = await ports.broker.query(order);
    ports.crash('asked');
    if (report === 'absent') return 'absent';
    const sinceMs = order.createdMs - FILL_MARGIN_MS;
    const fills = isBelow(order.filledQty, report.filledQty)
      ? await ports.broker.fillsSince({ pair: order.pair, sinceMs })
      : [];
    const events = reportEvents(order, report, fills);
    return events && { events, isOpen: !isEnded(report.status) };
  } catch (error) {
    if (isUnknownPair(error)) return NO_PAIR;
    ports.log.warn(
      { pair: order.pair, err: error, cause: errorText(error) },
      'cannot ask the venue',
    );
    return undefined;
  }
}

interface Found {
  readonly events: readonly OrderEvent[];
  readonly missing: readonly Order[];
  /** Orders that the venue may still act on. */
  readonly open: readonly Order[];
}

async function askAll(ports: ExecutionPorts, command: Outgoing): Promise<Found | undefined> {
  const orders = [...ordersEndedBy(command), ...ordersIn(command)];
  const events: OrderEvent[] = [];
  const missing: Order[] = [];
  const open: Order[] = [];
  for (const order of orders) {
    const said = await askOrder(ports, order);
    if (said === undefined) return undefined;
    if (said === 'absent' || said === 'no-pair') missing.push(order);
    else {
      events.push(...said.events);
      if (said.isOpen) open.push(order);
    }
  }
  return { events, missing, open };
}

/**
 * Nothing is left to find out. A cancel is known to have worked, or to be pointless, when its order
 * has ended; a replacement when the new order is there, which is placed after the old one's end.
 */
function isComplete(command: Outgoing, found: Found): boolean {
  if (command.kind === 'cancel') return found.open.length === 0 && found.missing.length === 0;
  return ordersIn(command).every((order) => !isMissing(found, order));
}

function isMissing(found: Found, order: Order): boolean {
  return found.missing.includes(order);
}

function neededMisses({ broker }: ExecutionPorts): number {
  return broker.absenceFenceMs === 0 ? 1 : MISSES_NEEDED;
}

function afterFence(ports: ExecutionPorts, command: Outgoing, found: Found): CommandOutcome {
  const orders = ordersIn(command);
  if (ordersEndedBy(command).some((order) => found.open.includes(order))) {
    return { outcome: 'refused', code: 'not-cancelled', reason: 'the order is still there' };
  }
  const missing = orders.filter((order) => isMissing(found, order));
  if (missing.length === orders.length && found.events.length === 0) {
    return { outcome: 'refused', code: ABSENT, reason: 'the venue never got it' };
  }
  const why = { code: ABSENT, reason: 'the venue has only the others' };
  const absent = missing.map((order) => rejection(ports, order, why));
  return { outcome: 'accepted', events: [...found.events, ...absent] };
}

function reportEvents(
  order: Order,
  report: OrderReport,
  fills: readonly Fill[],
): readonly OrderEvent[] | undefined {
  const { clientOrderId, pair } = order;
  const about = { clientOrderId, pair, atMs: report.atMs };
  const own = fills.filter((fill) => fill.clientOrderId === clientOrderId);
  const events: OrderEvent[] = [
    ...acceptance(about, report),
    ...own.map((fill) => ({ ...about, kind: 'fill' as const, atMs: fill.atMs, fill })),
  ];
  if (isBelow(order.filledQty, report.filledQty)) {
    const total = sum(own.map((fill) => fill.qty));
    // The venue's list of fills lags behind its orders: ask again rather than end an order early.
    if (isBelow(total, report.filledQty)) return undefined;
  }
  const { reason } = report;
  switch (report.status) {
    case 'triggered':
      events.push({ ...about, kind: 'triggered' });
      break;
    case 'cancelled':
    case 'expired':
    case 'expired-in-match':
      events.push({ ...about, kind: report.status, reason });
      break;
    case 'rejected':
      events.push({ ...about, kind: 'rejected', code: 'venue', reason });
      break;
    case 'pending-new':
    case 'open':
    case 'partly-filled':
    case 'filled':
      break;
  }
  return events;
}

// What was rejected never worked.
function acceptance(
  about: Pick<OrderEvent, 'clientOrderId' | 'pair' | 'atMs'>,
  { status, venueOrderId, qty }: OrderReport,
): readonly OrderEvent[] {
  if (status === 'rejected') return [];
  const isPending = status === 'pending-new';
  const sized = qty !== undefined && { qty };
  return [{ ...about, kind: 'accepted', venueOrderId, isPending, ...sized }];
}
