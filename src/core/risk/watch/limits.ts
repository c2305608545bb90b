/** What is measured against which bounds: the limits of the account and of each pair that is held. */
import type { Pair } from '#core/model/pair.ts';
import type { AssessRules, Look } from './look.ts';
import type { Limit } from './step-limits.ts';

/** Part of a halting loss at which positions are cut. */
const LOSS_REDUCE = 0.75;

export function limitsOf(
  look: Look,
  given: {
    readonly rules: AssessRules;
    readonly fractions: ReadonlyMap<Pair, number>;
    readonly figures: Readonly<Record<string, number>>;
  },
): Limit[] {
  const { rules, fractions, figures } = given;
  const { limits, varMax } = rules;
  const account = (name: string, value: number, bounds: Limit['bounds']): Limit => ({
    name,
    scope: 'account',
    value,
    bounds,
  });
  // The sharper of what the volatility of now says and what the hours of late have shown.
  const valueAtRisk = Math.max(figures['var_now'] ?? 0, figures['var_simulated'] ?? 0);
  return [
    account('drawdown', look.account.drawdown, {
      warn: limits.drawdown_halt / 2,
      reduce: limits.drawdown_halt * LOSS_REDUCE,
      halt: limits.drawdown_halt,
      flatten: limits.month_drawdown_max,
    }),
    account('day-loss', look.account.dayLoss, {
      warn: limits.daily_loss_max / 2,
      reduce: limits.daily_loss_max * LOSS_REDUCE,
      halt: limits.daily_loss_max,
    }),
    account('value-at-risk', valueAtRisk, {
      warn: varMax,
      reduce: varMax * 1.25,
      halt: varMax * 2.5,
    }),
    account('exposure', figures['exposure'] ?? 0, {
      warn: limits.total_exposure_max,
      reduce: limits.total_exposure_max * 1.05,
    }),
    ...instrumentLimits(look, { rules, fractions }),
  ];
}

function instrumentLimits(
  { picture }: Look,
  { rules, fractions }: { rules: AssessRules; fractions: ReadonlyMap<Pair, number> },
): Limit[] {
  const { limits } = rules;
  return picture.pairs.flatMap((pair, place): Limit[] => {
    const fraction = fractions.get(pair) ?? 0;
    if (fraction <= 0) return [];
    const of = { scope: 'instrument', subject: pair } as const;
    const most = limits.daily_volatility_max;
    return [
      {
        ...of,
        name: 'pair-exposure',
        value: fraction,
        bounds: { warn: limits.pair_exposure_max * 1.25, reduce: limits.pair_exposure_max * 2 },
      },
      {
        ...of,
        name: 'daily-volatility',
        value: picture.volatilities[place] ?? 0,
        bounds: { warn: most, reduce: most * 1.5 },
      },
    ];
  });
}
