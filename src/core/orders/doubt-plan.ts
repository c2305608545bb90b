import { add, isAbove } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { PairStep, PairView } from './pair-view.ts';

/** Each was asked for and missed: more of them say that the line is bad, not that one was lost. */
const DOUBTFUL_GUARDS_MAX = 3;

type Doubtful = Pick<PairView, 'positionQty' | 'doubtfulGuards' | 'otherQty'>;

const NOTHING = '0' as DecimalText;
const WAIT: PairStep = { kind: 'wait', for: 'command' };

/**
 * What may be done while a stop that was sent may or may not be at the venue. A stop holds the coins
 * it would sell, so the venue itself takes only one of two sales of the same coins: whichever comes
 * second is refused, which harms nobody. So the position need not wait for the proof that the first
 * is lost: it gets another stop, or is sold.
 *
 * 1. That holds only if the account has not coins enough for both. Coins that the desk does not own
 *    could feed the second one; with too many of those nothing is sent.
 * 2. Nothing is written off or moved in the ledger that a doubtful stop could still sell.
 * 3. An entry or a sale without a known outcome is never doubled: see `hasUnsettled`.
 */
export function whileInDoubt(view: Doubtful, step: PairStep): PairStep {
  switch (step.kind) {
    case 'protect':
      if (view.doubtfulGuards.length >= DOUBTFUL_GUARDS_MAX) return WAIT;
      return excludesEachOther(view, step.qty) ? step : WAIT;
    case 'sell':
      return excludesEachOther(view, step.qty) ? step : WAIT;
    case 'cancel':
    case 'rest':
    case 'goal-done':
    case 'wait':
      return step;
    case 'write-off':
      return excludesEachOther(view, NOTHING) ? step : WAIT;
    case 'reprice':
    case 'trail':
      return WAIT;
  }
}

/** True when the account cannot sell this much and, beside it, any of the doubtful ones. */
function excludesEachOther(view: Doubtful, qty: DecimalText): boolean {
  const { doubtfulGuards, positionQty, otherQty } = view;
  const coins = add(positionQty, otherQty);
  return doubtfulGuards.every((guard) => isAbove(add(guard.qty, qty), coins));
}
