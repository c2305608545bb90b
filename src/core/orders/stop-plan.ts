import { format, isAbove, isBelow, sub, type Decimal } from '#core/money/decimal.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Order } from '#core/model/order.ts';
import { isGuarded } from './guard.ts';
import { lotMax } from './lot.ts';
import type { PairStep, PairView, Protection } from './pair-view.ts';
import { stopLevels, trailedTo } from './stop-levels.ts';

/** The venue makes the exits of a bracket by itself; later than this they did not come. */
const EXITS_WITHIN_MS = 5_000;
/** A list is tried twice, then a stop alone and further away; after that the desk watches. */
const LIST_REFUSALS_MAX = 1;
const STOP_REFUSALS_MAX = 2;
/** A position that nothing guards and nobody sees is sold. */
const BLIND_MS_MAX = 60_000;

export interface Holding {
  readonly view: PairView;
  readonly instrument: Instrument;
  /** What can be sold of the position. */
  readonly qty: Decimal;
  /** Makes the sale of a quantity, for a reason. */
  readonly sell: (qty: Decimal, reason: string) => PairStep;
}

/**
 * How a position is guarded. The ladder: stop and target as planned, adjusted to the venue's
 * filters; a stop alone, further away within the risk limit; watched by the desk; sold. What is too
 * much for one stop is sold at once, so that the rest has one.
 */
export function planProtection(
  holding: Holding,
  size: 'small' | 'whole',
  protection: Protection,
): PairStep {
  const { view, instrument, qty, sell } = holding;
  const { orders, positionQty } = view;
  const raised = trailedTo(protection, view.bid, instrument);
  const early = orders.find(isComing);
  if (early !== undefined) return planComing(view, early);
  if (isGuarded(orders, protection, { qty: format(qty), positionQty })) {
    return raised === undefined ? { kind: 'rest' } : { kind: 'trail', stopPrice: raised };
  }
  const misfit = orders[0];
  if (misfit !== undefined) return { kind: 'cancel', order: misfit, reason: 'stops do not fit' };
  const reason = reasonToSell(view, protection);
  if (reason !== undefined) return sell(qty, reason);
  if (size === 'small') return sell(qty, 'too small for a stop');
  const most = lotMax(instrument);
  if (most !== undefined && isAbove(qty, most)) {
    return sell(sub(qty, most), 'too much for one stop');
  }
  return climb(holding, protection);
}

function isComing({ leg, status }: Order): boolean {
  return (leg === 'stop' || leg === 'target') && status === 'pending-new';
}

function planComing({ nowMs }: PairView, exit: Order): PairStep {
  if (nowMs - exit.createdMs < EXITS_WITHIN_MS) return { kind: 'wait', for: 'exits' };
  return { kind: 'cancel', order: exit, reason: 'the exits did not come' };
}

function reasonToSell(view: PairView, { stopPrice, targetPrice }: Protection): string | undefined {
  const { bid, hasFired } = view;
  // It stood for the wish to leave at that price, whatever the price is now.
  if (hasFired) return 'the stop was reached and did not sell everything';
  if (bid === undefined) return undefined;
  if (!isBelow(stopPrice, bid)) return 'the stop is passed';
  // A venue refuses a target that would execute at once.
  return isBelow(bid, targetPrice) ? undefined : 'the target is reached';
}

function climb({ view, instrument, qty, sell }: Holding, protection: Protection): PairStep {
  const { averagePrice, bid, riskQuoteMax, stopRefusals } = view;
  if (!view.hasStops || stopRefusals > STOP_REFUSALS_MAX) {
    if (view.blindMs < BLIND_MS_MAX) return { kind: 'wait', for: 'quote' };
    return sell(qty, 'no stop, and no price to watch');
  }
  const isWider = stopRefusals > LIST_REFUSALS_MAX;
  const text = format(qty);
  const position = { qty: text, averagePrice, bid, riskQuoteMax, isWider };
  const levels = stopLevels(protection, position, instrument);
  const withTarget = !isWider && instrument.hasOco;
  return { kind: 'protect', qty: text, protection: levels, withTarget };
}
