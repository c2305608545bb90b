import type { Pair } from '#core/model/pair.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import { planPair } from '#core/orders/pair-plan.ts';
import type { ExitGoal, PairStep } from '#core/orders/pair-view.ts';
import { format, fromNumber, mul } from '#core/money/decimal.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import { orderPolicy } from './config.ts';
import type { Desk } from './desk.ts';
import type { Draft } from './journal.ts';
import { valueDesk } from './account-mark.ts';
import { exitList, saleOrder, stopOrder } from './new-orders.ts';
import { orderContext } from './order-context.ts';
import { repriceEntry } from './place-entry.ts';
import { journalCommand, type Outgoing } from './send.ts';
import { showProtection } from './show-protection.ts';
import type { Doubts } from './guard-doubts.ts';
import { hasUnsettled, ordersOf } from './state.ts';
import { tellPosition } from './tell-position.ts';

type Protect = PairStep & { readonly kind: 'protect' };
type Sell = PairStep & { readonly kind: 'sell' };

/** What came of a step: a command to send, and whether anything changed. */
export interface CarriedOut {
  readonly isDone: boolean;
  readonly command: Outgoing | undefined;
}

const NOTHING: CarriedOut = { isDone: false, command: undefined };

/** What a lane remembers of its pair beside what the ledger says. */
export interface LaneMemory {
  readonly goal: ExitGoal | undefined;
  readonly misses: number;
  /** The venue refused a replacement: cancel and place instead. */
  readonly mayReplace: boolean;
  readonly doubts: Doubts;
}

export function nextStep(desk: Desk, pair: Pair, memory: LaneMemory): PairStep {
  const { ports, state, market } = desk;
  const { goal, misses: saleMisses, mayReplace, doubts } = memory;
  const { hasReplace, hasStops } = ports.broker.features;
  const position = state.positions.get(pair);
  const nowMs = ports.clock.now();
  return planPair({
    nowMs,
    positionQty: position?.qty ?? ('0' as DecimalText),
    averagePrice: position?.averagePrice ?? ('0' as DecimalText),
    protection: state.protections.get(pair),
    orders: ordersOf(state, pair).filter(
      ({ clientOrderId }) => !doubts.orderIds.has(clientOrderId),
    ),
    hasUnsettled: hasUnsettled(state, pair, doubts.commandIds),
    doubtfulGuards: doubts.guards,
    otherQty: doubts.otherQty,
    goal,
    isHalted: state.halts.size > 0,
    instrument: market.instrument(pair),
    bid: market.bid(pair, nowMs),
    blindMs: market.blindMs(pair, nowMs),
    stopRefusals: state.stopRefusals.get(pair) ?? 0,
    hasFired: state.firedStops.has(pair),
    saleMisses,
    hasReplace: hasReplace && mayReplace,
    hasStops,
    riskQuoteMax: position === undefined ? NONE : riskQuoteMax(desk, nowMs),
    policy: orderPolicy(ports.config.section),
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
    case 'reprice':
      return done(
        (await repriceEntry(desk, step.order, step.price)) ??
          (await cancel(desk, step.order, 'no money to re-price it')),
      );
    case 'trail':
      await trail(desk, pair, step.stopPrice);
      return done(undefined);
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

export function cancel(desk: Desk, order: Order, reason: string): Promise<Outgoing> {
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
  const { targetPrice, intentId } = protection;
  const stopPrice = protection.placedStopPrice ?? protection.stopPrice;
  return journal.run(async (tx, draft) => {
    const context = await orderContext(desk, tx, { pair, intentId, leg: 'stop' });
    const legs = step.withTarget
      ? exitList(context, protection, qty)
      : { stop: stopOrder(context, protection, qty), target: undefined };
    await create(tx, draft, legs.stop);
    if (legs.target !== undefined) await create(tx, draft, legs.target);
    const levels = { stopPrice, targetPrice: step.withTarget ? targetPrice : undefined };
    await showProtection({ ports, state, tx, draft }, { pair, ...levels });
    draft.changes.push({ kind: 'protection', pair, protection });
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
  const { intentId, leg, qty, reason, limitPrice, replaces: old } = step;
  ports.log.info({ pair, intentId, qty, reason, limitPrice }, 'selling');
  return journal.run(async (tx, draft) => {
    const context = await orderContext(desk, tx, { pair, intentId, leg });
    const order = saleOrder(context, { qty, leg, limitPrice });
    await create(tx, draft, order);
    if (old !== undefined) {
      const id = await journalCommand(ports, tx, draft, { kind: 'replace', order, old });
      return { kind: 'replace', id, order, old };
    }
    const id = await journalCommand(ports, tx, draft, { kind: 'place', order });
    return { kind: 'place', id, order };
  });
}

/** A stop that the desk trails itself: the next step moves it at the venue. */
async function trail(desk: Desk, pair: Pair, stopPrice: DecimalText): Promise<void> {
  const { ports, journal, state } = desk;
  const protection = state.protections.get(pair);
  if (protection === undefined) return;
  const { placedStopPrice: _before, ...rest } = protection;
  const { targetPrice } = rest;
  await journal.run(async (tx, draft) => {
    await showProtection({ ports, state, tx, draft }, { pair, stopPrice, targetPrice });
    draft.changes.push({ kind: 'protection', pair, protection: { ...rest, stopPrice } });
  });
}

async function writeOff(desk: Desk, pair: Pair): Promise<void> {
  const { ports, journal } = desk;
  const { account } = ports.config;
  await journal.run(async (tx, draft) => {
    const closed = await tx.moveToDust(account, pair, ports.clock.now());
    if (closed === undefined) return;
    const { position, roundTrip } = closed;
    draft.hasChangedFigures = true;
    // Fees in coins leave a rest after most sales: what sold the others is what closed it.
    const sale = await tx.lastSale(account, pair);
    const isOfThis = sale !== undefined && sale.updatedMs >= roundTrip.openedMs;
    tellPosition(draft, position, { roundTrip, cause: isOfThis ? sale.leg : 'dust' });
  });
}

async function create(tx: LedgerTransaction, draft: Draft, order: Order): Promise<void> {
  await tx.createOrder(order);
  draft.changes.push({ kind: 'order', order });
}

const NONE = '0' as DecimalText;
const FRACTION_PLACES = 12;

/** What one position may lose at most, by the limits. */
function riskQuoteMax(desk: Desk, nowMs: number): DecimalText {
  const { equityQuote } = valueDesk(desk, nowMs);
  const { risk_fraction_max: most } = desk.ports.config.limits;
  return format(mul(equityQuote, fromNumber(most, FRACTION_PLACES)));
}
