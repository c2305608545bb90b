import { isAbove, isBelow, sub, sum } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import type { Protection } from './pair-view.ts';

interface Guarded {
  /** What can be sold of the position: less is dust. */
  readonly qty: DecimalText;
  /** No more than this may be offered. */
  readonly positionQty: DecimalText;
}

/** True when working stops at the wanted level cover the position and nothing covers it twice. */
export function isGuarded(
  orders: readonly Order[],
  protection: Protection,
  { qty, positionQty }: Guarded,
): boolean {
  const stops = orders.filter((order) => order.leg === 'stop');
  const level = protection.placedStopPrice ?? protection.stopPrice;
  const fits = stops.every(
    (order) =>
      order.status === 'triggered' ||
      order.trailingFraction !== undefined ||
      order.stopPrice === level,
  );
  const covered = coveredQty(orders);
  return fits && stops.length > 0 && !isBelow(covered, qty) && !isAbove(covered, positionQty);
}

/** What working stops would sell; one whose entry is not over yet does not work. */
export function coveredQty(orders: readonly Order[]) {
  const working = orders.filter(
    ({ leg, status }) => leg === 'stop' && status !== 'created' && status !== 'pending-new',
  );
  return sum(working.map((order) => sub(order.qty, order.filledQty)));
}
