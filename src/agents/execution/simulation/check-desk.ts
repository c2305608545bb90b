import { floorToStep } from '#core/money/step.ts';
import { isAbove, isEqual, isZero, parse, sub, sum } from '#core/money/decimal.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import type { PublicTrade } from '#core/model/market.ts';
import type { Order } from '#core/model/order.ts';
import { isEnded } from '#core/orders/transitions.ts';
import type { OrderReport } from '#broker/broker.ts';
import { checkLedger, openLedger, type RoundTrip } from '#ledger/index.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { eventProblems } from './check-events.ts';
import { allIntents, allOrders } from './ledger-rows.ts';

/** More than a run can make. */
const TRIPS_MAX = 100_000;
/** Later than this after its creation an order has certainly reached the venue. */
const ARRIVED_WITHIN_MS = 5_000;

/** Everything that must hold when the dust has settled; empty = all is right. */
export async function checkDesk(seen: {
  readonly path: string;
  readonly account: string;
  /** Pairs that may be held or entered at the same time. */
  readonly openMax: number;
  readonly instrument: (pair: Pair) => Instrument;
  /** Every public trade there was. */
  readonly tape: readonly PublicTrade[];
}): Promise<readonly string[]> {
  const { path, account, openMax, tape } = seen;
  const check = await checkLedger(path);
  const problems = check.problems.map((problem) => `ledger: ${JSON.stringify(problem)}`);
  problems.push(...(await unfinished(path, account)));
  const reader = await openLedgerReader(path);
  try {
    const orders = await allOrders(reader, account);
    const intents = new Set((await allIntents(reader)).map(({ intent }) => intent.id));
    problems.push(...entryProblems(orders, intents));
    problems.push(...(await protectionProblems(reader, orders, seen)));
    problems.push(...missedTriggers(orders, tape));
    problems.push(...(await lateTriggers(reader, orders, tape)));
    const { rows: trips } = await reader.roundTrips({ account, limit: TRIPS_MAX });
    problems.push(...tooManyAtOnce(orders, trips, openMax));
    problems.push(...(await eventProblems(reader, account)));
  } finally {
    await reader.close();
  }
  return problems;
}

/** After a long quiet everything that was asked for is done and nothing is under way. */
async function unfinished(path: string, account: string): Promise<string[]> {
  const options = { path, deskId: 'simulation', owner: 'check', nowMs: 0 };
  const ledger = await openLedger({ ...options, synchronous: 'normal' });
  try {
    return await ledger.read(async (query) => [
      ...(await query.pendingInbox(100)).map(({ kind, payload }) => `${kind} pending: ${payload}`),
      ...(await query.unsettledCommands(account)).map(({ id }) => `command ${id} is not settled`),
    ]);
  } finally {
    await ledger.close();
  }
}

function entryProblems(orders: readonly Order[], intents: ReadonlySet<string>): string[] {
  const entries = new Map<string, number>();
  for (const order of orders) {
    // A re-priced entry takes the place of one that brought nothing.
    const isEntry = order.leg === 'entry' && !isZero(order.filledQty);
    if (isEntry) entries.set(order.intentId, (entries.get(order.intentId) ?? 0) + 1);
  }
  const twice = [...entries].filter(([, count]) => count > 1);
  const orphans = orders.filter(({ intentId }) => !intents.has(intentId));
  return [
    ...twice.map(([intentId, count]) => `intent ${intentId} has ${count} entries`),
    ...orphans.map(({ clientOrderId }) => `order ${clientOrderId} has no intent`),
  ];
}

async function protectionProblems(
  reader: LedgerReader,
  orders: readonly Order[],
  seen: { readonly account: string; readonly instrument: (pair: Pair) => Instrument },
): Promise<string[]> {
  const { account, instrument } = seen;
  const positions = await reader.positions(account);
  const problems: string[] = [];
  for (const { pair, qty } of positions) {
    const open = orders.filter((order) => order.pair === pair && !isEnded(order.status));
    const stops = open.filter(({ leg }) => leg === 'stop');
    const covered = sum(stops.map((order) => sub(order.qty, order.filledQty)));
    const sellable = floorToStep(qty, instrument(pair).stepSize);
    const isSelling = open.some(({ leg }) => leg === 'exit' || leg === 'flatten');
    if (isZero(sellable)) problems.push(`${pair}: dust of ${qty} was not written off`);
    else if (!isSelling && !isEqual(covered, sellable)) {
      problems.push(`${pair}: ${qty} held, stops cover ${covered.toFixed()}`);
    }
  }
  for (const order of orders) {
    const isHeld = positions.some(({ pair }) => pair === order.pair);
    if (!isEnded(order.status) && !isHeld) {
      problems.push(`${order.pair}: ${order.leg} ${order.clientOrderId} rests without a position`);
    }
  }
  return problems;
}

/** Orders that still rest although the market went through their price: a trade was overlooked. */
function missedTriggers(orders: readonly Order[], tape: readonly PublicTrade[]): string[] {
  return orders.flatMap((order) => {
    const { stopPrice, price, trailingFraction, status, leg, clientOrderId } = order;
    if (status !== 'open' || trailingFraction !== undefined) return [];
    const since = order.createdMs + ARRIVED_WITHIN_MS;
    const passed = tape.find((trade) => {
      if (trade.pair !== order.pair || trade.atMs < since) return false;
      if (leg === 'stop') return stopPrice !== undefined && !isAbove(trade.price, stopPrice);
      return leg === 'target' && price !== undefined && isAbove(trade.price, price);
    });
    return passed === undefined
      ? []
      : [`${leg} ${clientOrderId} rests though ${passed.price} traded at ${passed.atMs}`];
  });
}

/** Stops that triggered, but not at the first trade at their price: one was overlooked. */
async function lateTriggers(
  reader: LedgerReader,
  orders: readonly Order[],
  tape: readonly PublicTrade[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const { clientOrderId, leg, pair, stopPrice, trailingFraction, createdMs } of orders) {
    if (leg !== 'stop' || stopPrice === undefined || trailingFraction !== undefined) continue;
    const events = await reader.orderEvents(clientOrderId);
    const atMs = events.find(({ event }) => event === 'triggered')?.atMs;
    if (atMs === undefined) continue;
    const missed = tape.find(
      (trade) =>
        trade.pair === pair &&
        trade.atMs > createdMs + ARRIVED_WITHIN_MS &&
        trade.atMs < atMs &&
        !isAbove(trade.price, stopPrice),
    );
    if (missed === undefined) continue;
    problems.push(`${clientOrderId} triggered at ${atMs}, not at ${missed.atMs}`);
  }
  return problems;
}

/** Entries that the gate let through although too many pairs were held or being entered. */
function tooManyAtOnce(
  orders: readonly Order[],
  trips: readonly RoundTrip[],
  openMax: number,
): string[] {
  const stays = orders
    .filter(({ leg }) => leg === 'entry')
    .map(({ pair, createdMs, updatedMs, filledQty }) => {
      const closings = trips
        .filter((trip) => trip.pair === pair && trip.openedMs >= createdMs)
        .map(({ closedMs }) => closedMs);
      const endMs = isZero(parse(filledQty)) ? updatedMs : Math.min(...closings);
      return { pair, createdMs, endMs };
    });
  return stays.flatMap(({ pair, createdMs }) => {
    const others = stays.filter(
      (other) => other.pair !== pair && other.createdMs < createdMs && createdMs < other.endMs,
    );
    const count = new Set(others.map((other) => other.pair)).size;
    return count < openMax
      ? []
      : [`${pair} was entered at ${createdMs} with ${count} other pairs open`];
  });
}

/** Open orders of a venue that outlived the desk against the ledger's. */
export async function checkOpenOrders(seen: {
  readonly path: string;
  readonly account: string;
  readonly atVenue: readonly OrderReport[];
}): Promise<readonly string[]> {
  const reader = await openLedgerReader(seen.path);
  try {
    return venueProblems(await allOrders(reader, seen.account), seen.atVenue);
  } finally {
    await reader.close();
  }
}

function venueProblems(orders: readonly Order[], atVenue: readonly OrderReport[]): string[] {
  // An order that was on its way when the simulation ended may be at either end.
  const moving = new Set(
    orders.filter(({ status }) => status === 'created').map((order) => order.clientOrderId),
  );
  const isSettled = (id: Order['clientOrderId']): boolean => !moving.has(id);
  const open = new Set(
    orders
      .filter(({ status, clientOrderId }) => !isEnded(status) && isSettled(clientOrderId))
      .map((order) => order.clientOrderId),
  );
  const there = new Set(atVenue.map(({ clientOrderId }) => clientOrderId).filter(isSettled));
  return [
    ...[...there].filter((id) => !open.has(id)).map((id) => `${id} is open only at the venue`),
    ...[...open].filter((id) => !there.has(id)).map((id) => `${id} is open only in the ledger`),
  ];
}
