import { isAbove, isPositive } from '#core/money/decimal.ts';
import type { Order } from '#core/model/order.ts';
import type { PairStep, PairView } from './pair-view.ts';

/**
 * What becomes of a working entry; undefined = it goes on and what it brought is looked after. One
 * that filled in part is ended first, so that what it bought is protected at once, unless the rest
 * is wanted. One that rests is re-priced a few times, never above the price it was accepted with, and
 * taken back when entries are halted: nobody would decide so now.
 */
export function planEntry(view: PairView, entry: Order): PairStep | undefined {
  const { goal, policy, nowMs } = view;
  if (goal !== undefined) return { kind: 'cancel', order: entry, reason: 'an exit came' };
  if (view.isHalted && isResting(entry)) {
    return { kind: 'cancel', order: entry, reason: 'entries are halted' };
  }
  const hasFilled = isPositive(entry.filledQty);
  if (hasFilled && !policy.keepsPartialEntry) {
    return { kind: 'cancel', order: entry, reason: 'protect what was filled' };
  }
  const ageMs = nowMs - entry.createdMs;
  if (isResting(entry) && ageMs >= policy.entryTimeoutMs) {
    const step = overdue(view, entry, ageMs);
    if (step !== undefined) return step;
  }
  return hasFilled ? undefined : { kind: 'wait', for: 'entry' };
}

/** The price moved away, or the venue is slow: another price, or none. */
function overdue(view: PairView, entry: Order, ageMs: number): PairStep | undefined {
  const { policy, bid, protection } = view;
  const triesLeft = policy.repricesMax - entry.attempt;
  const cancelled = (reason: string): PairStep => ({ kind: 'cancel', order: entry, reason });
  if (isPositive(entry.filledQty) || !view.hasReplace || triesLeft <= 0) {
    return cancelled('the entry was not filled in time');
  }
  const limit = protection?.entryLimitPrice;
  if (bid === undefined || limit === undefined) return cancelled('no price to go on with');
  if (isAbove(bid, limit)) return cancelled('the price has run away');
  if (bid !== entry.price) return { kind: 'reprice', order: entry, price: bid };
  // Still the best bid: its place in the queue is worth more than a new order.
  const hasTime = ageMs < policy.entryTimeoutMs * (triesLeft + 1);
  return hasTime ? undefined : cancelled('the entry was not filled in time');
}

function isResting({ type, timeInForce }: Order): boolean {
  return type === 'limit-maker' || (type === 'limit' && timeInForce === 'gtc');
}
