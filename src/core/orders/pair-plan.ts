import { type Decimal, format, isNegative, isPositive, min } from '#core/money/decimal.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { IntentId } from '#core/model/intent.ts';
import type { Order } from '#core/model/order.ts';
import { whileInDoubt } from './doubt-plan.ts';
import { planEntry } from './entry-plan.ts';
import { isGuarded } from './guard.ts';
import { atOnce, isTooSmall, sellable } from './lot.ts';
import type { ExitGoal, PairStep, PairView } from './pair-view.ts';
import { saleLimit } from './sale-price.ts';
import { planProtection } from './stop-plan.ts';

/**
 * The next step for one pair, from what is true now; nothing is remembered between two calls, so a
 * restart goes on where the last process ended.
 *
 * 1. Nothing is sent while an outcome is unknown, but for one case: a stop that got no answer and
 *    that the venue does not know. On spot a stop holds the coins it would sell, so the venue itself
 *    excludes that two of them work; the position gets another one at once: see `whileInDoubt`.
 * 2. A position above dust has working stops for all of it, or a sale is under way.
 * 3. Stops are taken away only to sell, or to be replaced because they no longer fit.
 * 4. The desk never has more sell quantity working at the venue than it owns.
 */
export function planPair(view: PairView): PairStep {
  if (view.hasUnsettled) return { kind: 'wait', for: 'command' };
  const step = planKnown(view);
  return view.doubtfulGuards.length === 0 ? step : whileInDoubt(view, step);
}

function planKnown(view: PairView): PairStep {
  const entry = view.orders.find((order) => order.leg === 'entry');
  if (entry === undefined) return planHeld(view);
  const step = planEntry(view, entry);
  if (step !== undefined) return step;
  const orders = view.orders.filter((order) => order.leg !== 'entry');
  return whileBuying(planHeld({ ...view, orders }));
}

/** What the rest of the entry may still make whole is not sold off or written off meanwhile. */
function whileBuying(step: PairStep): PairStep {
  const isTooEarly = step.kind === 'write-off' || step.kind === 'sell' || step.kind === 'rest';
  return isTooEarly ? { kind: 'wait', for: 'entry' } : step;
}

function planHeld(view: PairView): PairStep {
  const sale = view.orders.find((order) => order.leg === 'exit' || order.leg === 'flatten');
  if (sale !== undefined) return { kind: 'wait', for: 'sale' };
  if (!isPositive(view.positionQty)) return planFlat(view);
  if (view.instrument === undefined) return { kind: 'wait', for: 'instrument' };
  const size = sizeOf(view, view.instrument);
  if (size === 'dust') return planDust(view, view.instrument);
  if (view.goal !== undefined) return planGoal(view, view.goal, view.instrument);
  const { protection, instrument } = view;
  // Every position came from an accepted entry, which has its levels; the shell alarms without.
  if (protection === undefined) return { kind: 'wait', for: 'instrument' };
  const { intentId } = protection;
  const sell = (most: Decimal, reason: string): PairStep =>
    saleStep(view, instrument, { qty: most, intentId, leg: 'exit', reason });
  const qty = sellable(view.positionQty, instrument);
  return planProtection({ view, instrument, qty, sell }, size, protection);
}

function planFlat(view: PairView): PairStep {
  const stray = view.orders[0];
  if (stray !== undefined) return { kind: 'cancel', order: stray, reason: 'nothing to protect' };
  // The exits of a bracket may have sold the commission that the venue took from others' coins.
  if (isNegative(view.positionQty)) return { kind: 'write-off' };
  return view.goal === undefined ? { kind: 'rest' } : { kind: 'goal-done' };
}

// A price below the stop makes a small position look like dust just before the stop triggers:
// what works at the venue is worth more than a write-off.
function planDust(view: PairView, instrument: Instrument): PairStep {
  const { protection, orders, goal, positionQty } = view;
  const qty = sellable(positionQty, instrument);
  const isWatched =
    protection !== undefined && isGuarded(orders, protection, { qty: format(qty), positionQty });
  if (isWatched && isPositive(qty) && goal === undefined) return { kind: 'rest' };
  const open = orders[0];
  if (open !== undefined) return { kind: 'cancel', order: open, reason: 'only dust is left' };
  return { kind: 'write-off' };
}

function planGoal(view: PairView, goal: ExitGoal, instrument: Instrument): PairStep {
  const wanted = goal.qty === undefined ? view.positionQty : min(goal.qty, view.positionQty);
  const qty = sellable(wanted, instrument);
  if (isTooSmall(qty, view.bid ?? view.averagePrice, instrument)) return { kind: 'goal-done' };
  const { intentId, leg } = goal;
  const sale = { qty, intentId, leg, reason: 'asked for' } as const;
  const [guard, ...others] = view.orders;
  if (guard === undefined) return saleStep(view, instrument, sale);
  const isOne = others.every(({ listId }) => listId !== undefined && listId === guard.listId);
  if (!view.hasReplace || !isOne) return { kind: 'cancel', order: guard, reason: 'an exit came' };
  const stop = view.orders.find((order) => order.leg === 'stop');
  return saleStep(view, instrument, { ...sale, replaces: stop ?? guard });
}

interface Sale {
  readonly qty: Decimal;
  readonly intentId: IntentId;
  readonly leg: 'exit' | 'flatten';
  readonly reason: string;
  readonly replaces?: Order;
}

function saleStep(view: PairView, instrument: Instrument, sale: Sale): PairStep {
  const { bid, saleMisses: misses } = view;
  const { slippageSteps } = view.policy;
  return {
    kind: 'sell',
    ...sale,
    qty: atOnce(sale.qty, instrument),
    limitPrice: saleLimit({ bid, misses, slippageSteps, instrument }),
    replaces: sale.replaces,
  };
}

/** `small` can be sold but not protected: its stop would be below the smallest notional. */
function sizeOf(view: PairView, instrument: Instrument): 'dust' | 'small' | 'whole' {
  const qty = sellable(view.positionQty, instrument);
  if (isTooSmall(qty, view.bid ?? view.averagePrice, instrument)) return 'dust';
  const stopPrice = view.protection?.stopPrice ?? view.averagePrice;
  return isTooSmall(qty, stopPrice, instrument) ? 'small' : 'whole';
}
