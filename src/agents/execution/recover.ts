import { isAbove, isBelow, isPositive } from '#core/money/decimal.ts';
import type { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Protection } from '#core/orders/pair-view.ts';
import { isEnded } from '#core/orders/transitions.ts';
import { assert } from '#platform/errors.ts';
import type { LedgerQueries } from '#ledger/ledger.ts';
import type { CommandRecord } from '#ledger/records.ts';
import type { ExecutionPorts } from './ports.ts';
import { protectionOf } from './process-intent.ts';
import type { Outgoing } from './send.ts';
import type { DeskState } from './state.ts';

/** Gives a new account its capital, once. */
export async function fundOnce(ports: ExecutionPorts): Promise<void> {
  const { account, quoteAsset, capitalQuote } = ports.config;
  await ports.ledger.transaction(async (tx) => {
    if ((await tx.figures(account)) !== undefined) return;
    const atMs = ports.clock.now();
    await tx.fund({ account, asset: quoteAsset, amount: capitalQuote, atMs, reason: 'capital' });
  });
}

/** Starting and recovering are one path (law 9): everything the desk knows is in the ledger. */
export async function loadState(ports: ExecutionPorts): Promise<DeskState> {
  const { account, quoteAsset } = ports.config;
  return ports.ledger.read(async (query) => {
    const figures = await query.figures(account);
    assert(figures !== undefined, 'the account was never funded');
    const orders = await query.openOrders(account);
    const positions = await query.positions(account);
    const commands = await query.unsettledCommands(account);
    // A halt of the shadow account says nothing about real money, nor the other way round.
    const halts = (await query.halts()).filter(
      (halt) => halt.account === undefined || halt.account === account,
    );
    const state: DeskState = {
      funds: {
        figures,
        freeQuote: await query.balance(account, 'free', quoteAsset),
        heldQuote: await query.balance(account, 'held', quoteAsset),
      },
      orders: new Map(orders.map((order) => [order.clientOrderId, order])),
      positions: new Map(positions.map((position) => [position.pair, position])),
      commands: new Map(commands.map((command) => [command.id, command])),
      protections: new Map(),
      stopRefusals: new Map(),
      firedStops: new Set(),
      halts: new Map(halts.map((halt) => [halt.kind, halt])),
    };
    const pairs = new Set([...orders, ...positions].map(({ pair }) => pair));
    for (const pair of pairs) await loadProtection(query, state, { account, pair });
    return state;
  });
}

/** A command that was under way when the last process ended, with the orders it was about. */
export async function unfinishedCommand(
  ports: ExecutionPorts,
  state: DeskState,
  record: CommandRecord,
): Promise<Outgoing> {
  const { id, kind, clientOrderId } = record;
  const order = state.orders.get(clientOrderId) ?? (await endedOrder(ports, record));
  if (kind === 'place' || kind === 'cancel') return { kind, id, order };
  if (kind === 'replace') {
    const old = await replacedOrder(ports, record);
    return { kind, id, order, old };
  }
  const orders = await ports.ledger.read((query) => query.ordersOfIntent(order.intentId));
  if (kind === 'place-bracket') {
    // The exits of a bracket are the first of their entry.
    const stop = orders.find(({ leg, attempt }) => leg === 'stop' && attempt === 0);
    const target = orders.find((leg) => leg.leg === 'target' && leg.listId === stop?.listId);
    assert(stop !== undefined && target !== undefined, 'a bracket has exits', { clientOrderId });
    return { kind, id, order, stop, target };
  }
  const target = orders.find((leg) => leg.listId === clientOrderId && leg.leg === 'target');
  assert(target !== undefined, 'a list has two legs', { clientOrderId });
  return { kind, id, order, target };
}

async function replacedOrder(ports: ExecutionPorts, record: CommandRecord): Promise<Order> {
  const { replacedId } = record;
  assert(replacedId !== undefined, 'a replacement ends an order', { id: record.id });
  const old = await ports.ledger.read((query) => query.order(replacedId));
  assert(old !== undefined, 'a replaced order is in the ledger', { id: record.id });
  return old;
}

async function endedOrder(ports: ExecutionPorts, record: CommandRecord): Promise<Order> {
  const order = await ports.ledger.read((query) => query.order(record.clientOrderId));
  assert(order !== undefined, 'a command has an order', { id: record.id });
  return order;
}

async function loadProtection(
  query: LedgerQueries,
  state: DeskState,
  at: { readonly account: string; readonly pair: Pair },
): Promise<void> {
  const entry = await query.lastEntry(at.account, at.pair);
  if (entry === undefined) return;
  const record = await query.intent(entry.intentId);
  if (record?.intent.action !== 'enter' || record.verdict.kind !== 'accept') return;
  if (record.verdict.action !== 'enter') return;
  const levels = protectionOf(record.intent, record.verdict);
  const orders = [...state.orders.values()];
  const working = orders.find(({ leg, pair }) => leg === 'stop' && pair === at.pair);
  const shown = raised(levels, state.positions.get(at.pair)?.stopPrice);
  state.protections.set(at.pair, placedAt(shown, working?.stopPrice));
  const stops = (await query.ordersOfIntent(entry.intentId)).filter(({ leg }) => leg === 'stop');
  const lastGood = stops.findLastIndex(({ status }) => status !== 'rejected');
  const refusals = stops.slice(lastGood + 1).filter(({ status }) => isEnded(status)).length;
  state.stopRefusals.set(at.pair, refusals);
  const last = stops.at(-1);
  if (last !== undefined && hasFired(last)) state.firedStops.add(at.pair);
}

/** It was reached, ended before all was sold, and the last process did not live to sell the rest. */
function hasFired({ status, filledQty, qty }: Order): boolean {
  if (status === 'expired-in-match') return isBelow(filledQty, qty);
  return status === 'expired' && isPositive(filledQty) && isBelow(filledQty, qty);
}

/** A stop that the venue has at another level than planned stays there. */
function placedAt(protection: Protection, price: Order['stopPrice']): Protection {
  if (price === undefined || price === protection.stopPrice) return protection;
  return protection.trailingFraction === undefined
    ? { ...protection, placedStopPrice: price }
    : protection;
}

/** A trailing stop that has risen stays where it is. */
function raised(protection: Protection, shown: Protection['stopPrice'] | undefined): Protection {
  if (protection.trailingFraction === undefined || shown === undefined) return protection;
  return isAbove(shown, protection.stopPrice) ? { ...protection, stopPrice: shown } : protection;
}
