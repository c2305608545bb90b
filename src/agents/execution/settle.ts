import type { Order } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { draftOrder } from './journal.ts';
import { bookOrderEvents, type Booking } from './order-events.ts';
import { ABSENT } from './resolve.ts';
import { ordersIn, type Outgoing } from './send.ts';

/** Writes the outcome of a command and what its answer says about the orders. */
export async function settleCommand(
  settling: Booking,
  command: Outgoing,
  answer: CommandOutcome,
): Promise<void> {
  const unseen = await unseenOrders(settling, command);
  // An event or a fill proves that the venue got it, whatever the answer or its absence says.
  const isProven = answer.outcome === 'refused' && command.kind !== 'cancel' && unseen.length === 0;
  const outcome: CommandOutcome = isProven ? { outcome: 'accepted', events: [] } : answer;
  const { desk, tx, draft } = settling;
  const { ports, state } = desk;
  const detail = detailOf(outcome);
  ports.metrics.command(outcome.outcome);
  const atMs = ports.clock.now();
  await tx.settleCommand({ id: command.id, outcome: outcome.outcome, detail, atMs });
  const { pair, clientOrderId, intentId } = command.order;
  const fields = { pair, clientOrderId, intentId, command: command.kind, detail };
  const known = state.commands.get(command.id);
  const about = { account: ports.config.account, pair, clientOrderId };
  if (outcome.outcome === 'unknown') {
    if (known !== undefined) {
      draft.changes.push({ kind: 'command', command: { ...known, outcome: 'unknown', detail } });
    }
    const { kind: asked } = command;
    draft.events.push({ kind: 'order.doubtful', ...about, command: asked, cause: detail });
    ports.log.warn(fields, 'outcome of a command is unknown');
    return;
  }
  draft.changes.push({ kind: 'settled', id: command.id });
  if (known?.outcome === 'unknown') {
    const said = outcome.outcome === 'accepted' ? 'the venue has it' : `refused: ${detail}`;
    draft.events.push({ kind: 'order.cleared', ...about, outcome: said });
  }
  if (outcome.outcome === 'accepted') {
    await bookOrderEvents(settling, credible(outcome.events, unseen));
    return;
  }
  ports.log.warn(fields, 'the venue refused a command');
  await bookOrderEvents(settling, rejections(unseen, outcome, atMs));
}

/** Orders of a placing command that the venue has said nothing about. */
async function unseenOrders(
  { desk, tx, draft }: Booking,
  command: Outgoing,
): Promise<readonly Order[]> {
  const unseen: Order[] = [];
  for (const { clientOrderId } of ordersIn(command)) {
    const order = await draftOrder(tx, draft, desk.state, clientOrderId);
    if (order?.status === 'created') unseen.push(order);
  }
  return unseen;
}

/**
 * What a venue does not know any more it may have ended long ago: an absence says something only
 * about an order that nothing else was ever heard of.
 */
function credible(events: readonly OrderEvent[], unseen: readonly Order[]): readonly OrderEvent[] {
  return events.filter(
    (event) =>
      event.kind !== 'rejected' ||
      event.code !== ABSENT ||
      unseen.some(({ clientOrderId }) => clientOrderId === event.clientOrderId),
  );
}

function rejections(
  orders: readonly Order[],
  refused: { readonly code: string; readonly reason: string },
  atMs: number,
): readonly OrderEvent[] {
  const { code, reason } = refused;
  return orders.map(({ clientOrderId, pair }) => ({
    kind: 'rejected',
    clientOrderId,
    pair,
    atMs,
    code,
    reason: `${code}: ${reason}`,
  }));
}

function detailOf(outcome: CommandOutcome): string {
  switch (outcome.outcome) {
    case 'accepted':
      return '';
    case 'refused':
      return `${outcome.code}: ${outcome.reason}`;
    case 'unknown':
      return outcome.cause;
  }
}
