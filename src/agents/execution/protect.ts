import type { Pair } from '#core/model/pair.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { IntentId } from '#core/model/intent.ts';
import type { Order, OrderLeg } from '#core/model/order.ts';
import { type ExitGoal, type PairStep, planPair } from '#core/orders/pair-plan.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { Desk } from './desk.ts';
import type { Draft } from './journal.ts';
import { exitList, type OrderContext, saleOrder, stopOrder } from './new-orders.ts';
import { journalCommand, type Outgoing } from './send.ts';
import { showProtection } from './show-protection.ts';
import { hasUnsettled, ordersOf } from './state.ts';

type Protect = PairStep & { readonly kind: 'protect' };
type Sell = PairStep & { readonly kind: 'sell' };

/** What came of a step: a command to send, and whether anything changed. */
export interface CarriedOut {
  readonly isDone: boolean;
  readonly command: Outgoing | undefined;
}

const NOTHING: CarriedOut = { isDone: false, command: undefined };

export function nextStep(desk: Desk, pair: Pair, goal: ExitGoal | undefined): PairStep {
  const { ports, state, market } = desk;
  const position = state.positions.get(pair);
  return planPair({
    positionQty: position?.qty ?? ('0' as DecimalText),
    averagePrice: position?.averagePrice ?? ('0' as DecimalText),
    protection: state.protections.get(pair),
    orders: ordersOf(state, pair),
    hasUnsettled: hasUnsettled(state, pair),
    goal,
    instrument: market.instrument(pair),
    bid: market.bid(pair, ports.clock.now()),
    stopRefusals: state.stopRefusals.get(pair) ?? 0,
  });
}

/** Journals what a step asks for; the caller sends the command after the commit. */
export async function carryOut(desk: Desk, pair: Pair, step: PairStep): Promise<CarriedOut> {
  switch (step.kind) {
    case 'cancel':
      return done(await cancel(desk, step.order, step.reason));
    case 'protect':
      return done(await protect(desk, pair, step));
    case 'sell':
      return done(await sell(desk, pair, step));
    case 'write-off':
      await writeOff(desk, pair);
      return done(undefined);
    case 'rest':
    case 'wait':
    case 'goal-done':
      return NOTHING;
  }
}

function done(command: Outgoing | undefined): CarriedOut {
  return { isDone: true, command };
}

function cancel(desk: Desk, order: Order, reason: string): Promise<Outgoing> {
  const { ports, journal } = desk;
  const { clientOrderId, intentId, pair, leg } = order;
  ports.log.info({ clientOrderId, intentId, pair, leg, reason }, 'cancelling');
  return journal.run(async (tx, draft) => {
    const id = await journalCommand(ports, tx, draft, { kind: 'cancel', order });
    return { kind: 'cancel', id, order };
  });
}

function protect(desk: Desk, pair: Pair, step: Protect): Promise<Outgoing> {
  const { ports, journal, state } = desk;
  const { protection, qty } = step;
  const { stopPrice, targetPrice, intentId } = protection;
  return journal.run(async (tx, draft) => {
    const context = await orderContext(desk, tx, { pair, intentId, leg: 'stop' });
    const legs = step.withTarget
      ? exitList(context, protection, qty)
      : { stop: stopOrder(context, protection, qty), target: undefined };
    await create(tx, draft, legs.stop);
    if (legs.target !== undefined) await create(tx, draft, legs.target);
    const levels = { stopPrice, targetPrice: step.withTarget ? targetPrice : undefined };
    await showProtection({ ports, state, tx, draft }, { pair, ...levels });
    ports.log.info({ pair, intentId, qty, stopPrice, targetPrice }, 'protecting the position');
    const kind = legs.target === undefined ? 'place' : 'place-list';
    const id = await journalCommand(ports, tx, draft, { kind, order: legs.stop });
    return legs.target === undefined
      ? { kind: 'place', id, order: legs.stop }
      : { kind: 'place-list', id, order: legs.stop, target: legs.target };
  });
}

function sell(desk: Desk, pair: Pair, step: Sell): Promise<Outgoing> {
  const { ports, journal } = desk;
  const { intentId, leg, qty, reason } = step;
  ports.log.info({ pair, intentId, qty, reason }, 'selling');
  return journal.run(async (tx, draft) => {
    const context = await orderContext(desk, tx, { pair, intentId, leg });
    const order = saleOrder(context, { qty, leg });
    await create(tx, draft, order);
    const id = await journalCommand(ports, tx, draft, { kind: 'place', order });
    return { kind: 'place', id, order };
  });
}

async function writeOff(desk: Desk, pair: Pair): Promise<void> {
  const { ports, journal } = desk;
  await journal.run(async (tx, draft) => {
    const closed = await tx.moveToDust(ports.config.account, pair, ports.clock.now());
    if (closed === undefined) return;
    const { position, roundTrip } = closed;
    draft.hasChangedFigures = true;
    draft.changes.push({ kind: 'position', position });
    draft.events.push({ kind: 'position.closed', position, profitQuote: roundTrip.profitQuote });
  });
}

async function create(tx: LedgerTransaction, draft: Draft, order: Order): Promise<void> {
  await tx.createOrder(order);
  draft.changes.push({ kind: 'order', order });
}

/** The attempt is what the ledger has for this leg already, so a restart never repeats an id. */
async function orderContext(
  { ports }: Desk,
  tx: LedgerTransaction,
  input: { readonly pair: Pair; readonly intentId: IntentId; readonly leg: OrderLeg },
): Promise<OrderContext> {
  const { pair, intentId, leg } = input;
  const before = await tx.ordersOfIntent(intentId);
  const { deskId, account } = ports.config;
  const attempt = before.filter((order) => order.leg === leg).length;
  return { deskId, account, pair, intentId, attempt, nowMs: ports.clock.now() };
}
