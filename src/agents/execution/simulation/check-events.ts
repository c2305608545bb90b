import type { DeskEvent } from '#core/model/desk-event.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Position } from '#core/model/position.ts';
import { fillKey } from '#core/orders/order-step.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { allOrders } from './ledger-rows.ts';

/** More than a run can make. */
const ROWS_MAX = 100_000;

type Of<Kind extends DeskEvent['kind']> = DeskEvent & { readonly kind: Kind };

/**
 * Whoever knows the events alone knows the desk: played from the first on they say the same as the
 * tables about orders, fills, positions, halts, commands and differences. So none is lost, none is
 * there twice and none tells what was rolled back.
 */
export async function eventProblems(
  reader: LedgerReader,
  account: string,
): Promise<readonly string[]> {
  const kept = await reader.events({ afterSeq: 0, limit: ROWS_MAX });
  const events = kept.map(({ event }) => event);
  const of = <Kind extends DeskEvent['kind']>(...kinds: readonly Kind[]): Of<Kind>[] =>
    events.filter((event): event is Of<Kind> => (kinds as readonly string[]).includes(event.kind));
  const { rows: fills } = await reader.fills({ account, limit: ROWS_MAX });
  const { rows: actions } = await reader.operatorActions({ limit: ROWS_MAX });
  const { rows: trips } = await reader.roundTrips({ account, limit: ROWS_MAX });
  const filled = of('order.filled').map(({ fill }) => keyOf(fill));
  const orders = await allOrders(reader, account);
  return [
    ...different('fills', filled, fills.map(keyOf)),
    ...different(
      'commands',
      of('command.done').map(({ id }) => id),
      actions.map(({ id }) => id),
    ),
    ...different(
      'round trips',
      of('position.closed').map(({ position, profitQuote }) => `${position.pair} ${profitQuote}`),
      trips.map(({ pair, profitQuote }) => `${pair} ${profitQuote}`),
    ),
    ...different(
      'orders',
      [...lastBy(of('order.changed'), ({ order }) => order.clientOrderId).values()].map(
        ({ order }) => `${order.clientOrderId} ${order.status} ${order.filledQty}`,
      ),
      orders
        .filter(({ status }) => status !== 'created')
        .map(({ clientOrderId: id, status, filledQty }) => `${id} ${status} ${filledQty}`),
    ),
    ...different(
      'positions',
      [...lastBy(of('position.changed', 'position.closed'), aboutPair).values()].flatMap((last) =>
        last.kind === 'position.closed' ? [] : [positionText(last.position)],
      ),
      (await reader.positions(account)).map(positionText),
    ),
    ...different(
      'halts',
      openOf(of('halt.raised', 'halt.lifted'), (event) =>
        event.kind === 'halt.raised' ? [event.halt.kind, true] : [event.halt, false],
      ),
      (await reader.halts()).map(({ kind }) => kind),
    ),
    ...different(
      'differences',
      openOf(of('difference.found', 'difference.ended'), (event) => [
        event.key,
        event.kind === 'difference.found',
      ]),
      ((await reader.reconciliation(ROWS_MAX))?.open ?? []).map(({ difference }) => difference.key),
    ),
    ...different(
      'doubts',
      of('order.cleared').map(({ clientOrderId }) => clientOrderId),
      of('order.doubtful').map(({ clientOrderId }) => clientOrderId),
    ),
  ];
}

const keyOf = (fill: Fill): string => `${fill.clientOrderId} ${fillKey(fill)}`;

const aboutPair = ({ position }: { readonly position: Position }): string => position.pair;

function positionText({ pair, qty, costQuote, stopPrice, targetPrice }: Position): string {
  return `${pair} ${qty} for ${costQuote}, stop ${stopPrice}, target ${targetPrice}`;
}

function lastBy<T>(all: readonly T[], key: (one: T) => string): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [key(one), one]));
}

/** What began and did not end. */
function openOf<T>(all: readonly T[], read: (one: T) => readonly [string, boolean]): string[] {
  const open = new Set<string>();
  for (const one of all) {
    const [key, isOpen] = read(one);
    if (isOpen) open.add(key);
    else open.delete(key);
  }
  return [...open];
}

function different(what: string, told: readonly string[], kept: readonly string[]): string[] {
  const left = [...kept];
  const more: string[] = [];
  for (const one of told) {
    const place = left.indexOf(one);
    if (place === -1) more.push(one);
    else left.splice(place, 1);
  }
  return [
    ...more.map((one) => `events tell of ${what} that the tables have not: ${one}`),
    ...left.map((one) => `no event tells of ${what}: ${one}`),
  ];
}
