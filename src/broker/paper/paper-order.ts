import { type Decimal, isPositive, parse } from '#core/money/decimal.ts';
import type { Order } from '#core/model/order.ts';

/** An order as the simulated venue keeps it. */
export interface PaperOrder {
  readonly order: Order;
  readonly remaining: Decimal;
  readonly filled: Decimal;
  /** Effective stop level; a trailing one rises. */
  readonly stop: Decimal | undefined;
  /** Quantity that stands before it in the queue of its level; undefined = not yet seen in a book. */
  readonly ahead: Decimal | undefined;
  /**
   * `waiting` for its stop price, `resting` in the book, or `taking` liquidity at the next book
   * that is not older than `sinceMs`.
   */
  readonly mode: 'waiting' | 'resting' | 'taking';
  readonly sinceMs: number;
}

export function isStop(order: Order): boolean {
  return order.type === 'stop-loss' || order.type === 'stop-loss-limit';
}

export function isTriggerable(order: Order): boolean {
  return isStop(order) || order.type === 'take-profit' || order.type === 'take-profit-limit';
}

/** Never more than what is there at once: no rest in the book. */
export function isImmediate(order: Order): boolean {
  return order.timeInForce !== 'gtc';
}

/** Limit that its executions keep to; undefined for market orders and plain stops. */
export function limitOf(order: Order): Decimal | undefined {
  const isMarket =
    order.type === 'market' || order.type === 'stop-loss' || order.type === 'take-profit';
  return isMarket || order.price === undefined ? undefined : parse(order.price);
}

/**
 * An order as it stands on arrival, or after a restart as the ledger has it. Its place in the queue
 * is not in the ledger: the next book puts it behind everything then visible at its level.
 */
export function paperOrder(order: Order, atMs: number): PaperOrder {
  const filled = parse(order.filledQty);
  const hasTriggered = order.status === 'triggered' || isPositive(filled);
  const isWaiting = isTriggerable(order) && !hasTriggered;
  const isMaker = order.type === 'limit-maker';
  const rests = order.timeInForce === 'gtc' && limitOf(order) !== undefined;
  const mode = isWaiting ? 'waiting' : isMaker || rests ? 'resting' : 'taking';
  return {
    order,
    remaining: parse(order.qty).minus(filled),
    filled,
    stop: order.stopPrice === undefined ? undefined : parse(order.stopPrice),
    ahead: undefined,
    mode,
    sinceMs: atMs,
  };
}
