/**
 * Limits on how the desk trades, whatever it holds: losing round trips in a row, and the Sharpe ratio
 * of its days. Selling mends neither, so a cut for them halves the risk once.
 */
import type { AssessRules, Look } from './look.ts';
import type { WatchedLimit } from './limits.ts';

/** Part of the losses in a row that halt entries at which they are warned of. */
const LOSSES_WARN = 0.6;
const DAYS_A_YEAR = 365;
/** One-sided quantiles of the normal: the record is below zero with a certainty of 95 and of 99 %. */
const SIGMAS = { reduce: 1.645, halt: 2.326 } as const;

export function strategyLimits(
  { account, dailyReturns }: Look,
  { rules, sharpe }: { readonly rules: AssessRules; readonly sharpe: number | undefined },
): WatchedLimit[] {
  const of = { scope: 'strategy', cut: 'half-risk', unit: 'number' } as const;
  const found: WatchedLimit[] = [];
  if (account.lossesInRow !== undefined) {
    const most = rules.limits.losses_in_row_max;
    found.push({
      ...of,
      name: 'losses-in-row',
      value: account.lossesInRow,
      // Execution takes no entry from `most` on either; what is open may go on losing.
      bounds: { warn: Math.ceil(LOSSES_WARN * most), reduce: most, halt: 2 * most },
    });
  }
  if (sharpe !== undefined) {
    found.push({
      ...of,
      name: 'sharpe',
      value: sharpe,
      isFloor: true,
      bounds: sharpeBounds(dailyReturns.length, rules.sharpeMin),
    });
  }
  return found;
}

/**
 * A Sharpe ratio of few days says little: its standard error is the root of a year over its length
 * (Lo, The Statistics of Sharpe Ratios, 2002, for ratios of a day near zero). Below `warn` is a
 * warning; only what loses for certain is cut.
 */
function sharpeBounds(days: number, warn: number): WatchedLimit['bounds'] {
  const error = Math.sqrt(DAYS_A_YEAR / days);
  const below = (sigmas: number) => Math.min(warn, -sigmas * error);
  return { warn, reduce: below(SIGMAS.reduce), halt: below(SIGMAS.halt) };
}
