import { isAbove, isBelow, sub, sum } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Order } from '#core/model/order.ts';
import { isTooSmall, sellable } from './lot.ts';
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
function coveredQty(orders: readonly Order[]) {
  const working = orders.filter(
    ({ leg, status }) => leg === 'stop' && status !== 'created' && status !== 'pending-new',
  );
  return sum(working.map((order) => sub(order.qty, order.filledQty)));
}

/** True when a position above dust has working stops for all that can be sold of it. */
export function isProtected(position: {
  readonly qty: DecimalText;
  /** What one of it is worth: the bid, or the average price. */
  readonly price: DecimalText;
  readonly orders: readonly Order[];
  readonly instrument: Instrument;
}): boolean {
  const { orders, instrument, price } = position;
  const qty = sellable(position.qty, instrument);
  return isTooSmall(qty, price, instrument) || !isBelow(coveredQty(orders), qty);
}
