import {
  format,
  isBelow,
  isEqual,
  isPositive,
  isZero,
  min,
  mul,
  sub,
  sum,
  type Amount,
} from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { IntentId } from '#core/model/intent.ts';
import type { Order } from '#core/model/order.ts';

/** The levels an entry was accepted with; they guard what it bought. */
export interface Protection {
  readonly intentId: IntentId;
  readonly stopPrice: DecimalText;
  readonly targetPrice: DecimalText;
  readonly trailingFraction: number | undefined;
}

/** A wish to sell that is not done yet. */
export interface ExitGoal {
  readonly intentId: IntentId;
  readonly leg: 'exit' | 'flatten';
  /** What is still to be sold of a reduction; undefined = everything. */
  readonly qty: DecimalText | undefined;
}

/** Everything the plan looks at: one pair as the ledger and the market have it now. */
export interface PairView {
  readonly positionQty: DecimalText;
  readonly averagePrice: DecimalText;
  readonly protection: Protection | undefined;
  /** Orders that have not ended. */
  readonly orders: readonly Order[];
  /** A command has no known outcome: whatever it was about may or may not be. */
  readonly hasUnsettled: boolean;
  readonly goal: ExitGoal | undefined;
  readonly instrument: Instrument | undefined;
  /** Best bid when it is fresh. */
  readonly bid: DecimalText | undefined;
  /** How often in a row the venue refused the stop of this position. */
  readonly stopRefusals: number;
}

/** What to do next with a pair; one thing at a time, then the plan is made anew. */
export type PairStep =
  | { readonly kind: 'rest' }
  | { readonly kind: 'wait'; readonly for: 'command' | 'entry' | 'sale' | 'quote' | 'instrument' }
  | { readonly kind: 'cancel'; readonly order: Order; readonly reason: string }
  | {
      readonly kind: 'protect';
      readonly qty: DecimalText;
      readonly protection: Protection;
      /** False when the venue refused the list: a stop alone. */
      readonly withTarget: boolean;
    }
  | {
      readonly kind: 'sell';
      readonly qty: DecimalText;
      readonly intentId: IntentId;
      readonly leg: 'exit' | 'flatten';
      readonly reason: string;
    }
  | { readonly kind: 'goal-done' }
  | { readonly kind: 'write-off' };

/** After so many refusals in a row the desk watches the stop itself. */
const LIST_REFUSALS_MAX = 1;
const STOP_REFUSALS_MAX = 2;

/**
 * The next step for one pair, from what is true now; nothing is remembered between two calls, so a
 * restart goes on where the last process ended.
 *
 * 1. Nothing is sent while an outcome is unknown.
 * 2. A position above dust has working stops for all of it, or a sale is under way.
 * 3. Stops are taken away only to sell, or to be replaced because they no longer fit.
 * 4. The desk never has more sell quantity at the venue than it owns.
 */
export function planPair(view: PairView): PairStep {
  if (view.hasUnsettled) return { kind: 'wait', for: 'command' };
  const entry = view.orders.find((order) => order.leg === 'entry');
  if (entry !== undefined) return planEntry(view, entry);
  const sale = view.orders.find((order) => order.leg === 'exit' || order.leg === 'flatten');
  if (sale !== undefined) return { kind: 'wait', for: 'sale' };
  if (!isPositive(view.positionQty)) return planFlat(view);
  if (view.instrument === undefined) return { kind: 'wait', for: 'instrument' };
  const size = sizeOf(view, view.instrument);
  if (size === 'dust') return planDust(view, view.instrument);
  if (view.goal !== undefined) return planGoal(view, view.goal, view.instrument);
  return planProtection(view, view.instrument, size);
}

// A maker entry that filled in part is ended first, so that what it bought is protected at once.
function planEntry(view: PairView, entry: Order): PairStep {
  if (view.goal !== undefined) return { kind: 'cancel', order: entry, reason: 'an exit came' };
  if (isPositive(entry.filledQty)) {
    return { kind: 'cancel', order: entry, reason: 'protect what was filled' };
  }
  return { kind: 'wait', for: 'entry' };
}

function planFlat(view: PairView): PairStep {
  const stray = view.orders[0];
  if (stray !== undefined) return { kind: 'cancel', order: stray, reason: 'nothing to protect' };
  return view.goal === undefined ? { kind: 'rest' } : { kind: 'goal-done' };
}

// A price below the stop makes a small position look like dust just before the stop triggers:
// what works at the venue is worth more than a write-off.
function planDust(view: PairView, instrument: Instrument): PairStep {
  const { protection, orders, goal } = view;
  const qty = sellableQty(view, instrument);
  const isWatched = protection !== undefined && isGuarded(orders, protection, format(qty));
  if (isWatched && isPositive(qty) && goal === undefined) return { kind: 'rest' };
  const open = orders[0];
  if (open !== undefined) return { kind: 'cancel', order: open, reason: 'only dust is left' };
  return { kind: 'write-off' };
}

function planGoal(view: PairView, goal: ExitGoal, instrument: Instrument): PairStep {
  const wanted = goal.qty === undefined ? view.positionQty : min(goal.qty, view.positionQty);
  const qty = floorToStep(wanted, stepOf(instrument));
  if (isTooSmall(qty, view.bid ?? view.averagePrice, instrument)) return { kind: 'goal-done' };
  const guard = view.orders[0];
  if (guard !== undefined) return { kind: 'cancel', order: guard, reason: 'an exit came' };
  const { intentId, leg } = goal;
  return {
    kind: 'sell',
    qty: atOnce(qty, instrument),
    intentId,
    leg,
    reason: 'asked for',
  };
}

function planProtection(view: PairView, instrument: Instrument, size: 'small' | 'whole'): PairStep {
  const qty = format(sellableQty(view, instrument));
  const { protection, bid, orders } = view;
  // Every position came from an accepted entry, which has its levels; the shell alarms without.
  if (protection === undefined) return { kind: 'wait', for: 'instrument' };
  const { intentId, stopPrice, targetPrice } = protection;
  if (isGuarded(orders, protection, qty)) return { kind: 'rest' };
  const misfit = orders[0];
  if (misfit !== undefined) return { kind: 'cancel', order: misfit, reason: 'stops do not fit' };
  const atMost = atOnce(qty, instrument);
  const sell = (reason: string): PairStep => {
    return { kind: 'sell', qty: atMost, intentId, leg: 'exit', reason };
  };
  if (bid !== undefined && !isBelow(stopPrice, bid)) return sell('the stop is passed');
  // A venue refuses a target that would execute at once.
  if (bid !== undefined && !isBelow(bid, targetPrice)) return sell('the target is reached');
  if (size === 'small') return sell('too small for a stop');
  if (view.stopRefusals > STOP_REFUSALS_MAX) return { kind: 'wait', for: 'quote' };
  const withTarget = view.stopRefusals <= LIST_REFUSALS_MAX;
  return { kind: 'protect', qty, protection, withTarget };
}

/** True when working stops at the wanted level cover the position and nothing covers it twice. */
export function isGuarded(
  orders: readonly Order[],
  protection: Protection,
  qty: DecimalText,
): boolean {
  const stops = orders.filter((order) => order.leg === 'stop');
  const covered = sum(stops.map((order) => sub(order.qty, order.filledQty)));
  const fits = stops.every(
    (order) =>
      order.status === 'triggered' ||
      order.trailingFraction !== undefined ||
      order.stopPrice === protection.stopPrice,
  );
  return fits && stops.length > 0 && isEqual(covered, qty);
}

/** `small` can be sold but not protected: its stop would be below the smallest notional. */
function sizeOf(view: PairView, instrument: Instrument): 'dust' | 'small' | 'whole' {
  const qty = sellableQty(view, instrument);
  if (isTooSmall(qty, view.bid ?? view.averagePrice, instrument)) return 'dust';
  const stopPrice = view.protection?.stopPrice ?? view.averagePrice;
  return isTooSmall(qty, stopPrice, instrument) ? 'small' : 'whole';
}

function sellableQty(view: PairView, instrument: Instrument) {
  return floorToStep(view.positionQty, stepOf(instrument));
}

/** What one market order may sell; the plan sells the rest after it. */
function atOnce(qty: Amount, instrument: Instrument): DecimalText {
  const limit = instrument.marketMaxQty ?? instrument.maxQty;
  return format(limit === undefined ? qty : min(qty, floorToStep(limit, stepOf(instrument))));
}

function isTooSmall(qty: Amount, price: DecimalText, instrument: Instrument): boolean {
  if (isZero(qty) || isBelow(qty, instrument.minQty)) return true;
  return isBelow(mul(qty, price), instrument.minNotional);
}

// Market sells have a lot size of their own; what fits the coarser of both fits both.
function stepOf(instrument: Instrument): DecimalText {
  const { stepSize, marketStepSize } = instrument;
  if (marketStepSize === undefined || isZero(marketStepSize)) return stepSize;
  return isBelow(stepSize, marketStepSize) ? marketStepSize : stepSize;
}
