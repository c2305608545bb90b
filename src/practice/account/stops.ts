/**
 * When contingent orders start to work: the last trade price reaches the stop price, or comes back
 * by the trailing delta from the best price since the order follows it (trailing-stop-faq.md).
 */
import type { Units } from './amount.ts';
import type { OrderRecord } from './order-record.ts';

const BIPS = 10_000n;

type Stop = Pick<OrderRecord, 'side' | 'type' | 'stopPrice'>;

/** STOP_LOSS BUY and TAKE_PROFIT SELL wait above the market, the others below. */
export function waitsAbove(order: Pick<OrderRecord, 'side' | 'type'>): boolean {
  return order.type.startsWith('STOP_LOSS') === (order.side === 'BUY');
}

export function isReached(order: Stop, price: Units): boolean {
  const { stopPrice } = order;
  if (stopPrice === undefined) return true;
  return waitsAbove(order) ? price >= stopPrice : price <= stopPrice;
}

/** Shows a waiting order the price of a trade: whether it starts to work, or has moved its trail. */
export function onPrice(
  order: OrderRecord,
  price: Units,
  timeMs: number,
): 'waits' | 'trails' | 'triggers' {
  if (order.trailingDelta === undefined) return isReached(order, price) ? 'triggers' : 'waits';
  if (order.extreme === undefined) {
    if (!isReached(order, price)) return 'waits';
    order.extreme = price;
    order.trailingTimeMs = timeMs;
    return 'trails';
  }
  const delta = BigInt(order.trailingDelta);
  const { extreme } = order;
  if (order.side === 'SELL') {
    if (price * BIPS <= extreme * (BIPS - delta)) return 'triggers';
    if (price <= extreme) return 'waits';
  } else {
    if (price * BIPS >= extreme * (BIPS + delta)) return 'triggers';
    if (price >= extreme) return 'waits';
  }
  order.extreme = price;
  return 'trails';
}
