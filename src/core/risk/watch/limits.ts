/** What is measured against which bounds: of the account, of how it trades, of each pair that is held. */
import type { Pair } from '#core/model/pair.ts';
import type { AssessRules, Look } from './look.ts';
import type { Limit } from './step-limits.ts';
import { strategyLimits } from './strategy-limits.ts';

/** A limit with what a cut for it has to do: positions sold lower no loss and calm no market. */
export type WatchedLimit = Limit & {
  /** How its value reads: a fraction as percent. */
  readonly unit: 'fraction' | 'number';
} & (
    | {
        /** `risk`: value at risk down to its bound; `half-risk`: to half of what there was. */
        readonly cut: 'risk' | 'half-risk' | 'exposure';
      }
    | {
        /** `pair`: down to its bound; `whole-pair`: none of it is held any more. */
        readonly cut: 'pair' | 'whole-pair';
        readonly pair: Pair;
      }
  );

/** Part of a halting loss at which positions are cut. */
const LOSS_REDUCE = 0.75;

export function limitsOf(
  look: Look,
  given: {
    readonly rules: AssessRules;
    readonly fractions: ReadonlyMap<Pair, number>;
    readonly exposure: number;
    readonly valueAtRisk: number;
    readonly sharpe: number | undefined;
  },
): WatchedLimit[] {
  const { rules, fractions, exposure, valueAtRisk, sharpe } = given;
  const { limits, varMax } = rules;
  const of = { scope: 'account', unit: 'fraction' } as const;
  return [
    {
      ...of,
      name: 'drawdown',
      cut: 'half-risk',
      value: look.account.drawdown,
      bounds: {
        warn: limits.drawdown_halt / 2,
        reduce: limits.drawdown_halt * LOSS_REDUCE,
        halt: limits.drawdown_halt,
        flatten: limits.month_drawdown_max,
      },
    },
    {
      ...of,
      name: 'day-loss',
      cut: 'half-risk',
      value: look.account.dayLoss,
      bounds: {
        warn: limits.daily_loss_max / 2,
        reduce: limits.daily_loss_max * LOSS_REDUCE,
        halt: limits.daily_loss_max,
      },
    },
    {
      ...of,
      name: 'value-at-risk',
      cut: 'risk',
      value: valueAtRisk,
      bounds: { warn: varMax, reduce: varMax * 1.25, halt: varMax * 2.5 },
    },
    {
      ...of,
      name: 'exposure',
      cut: 'exposure',
      value: exposure,
      bounds: { warn: limits.total_exposure_max, reduce: limits.total_exposure_max * 1.05 },
    },
    ...strategyLimits(look, { rules, sharpe }),
    ...instrumentLimits(look, { rules, fractions }),
  ];
}

function instrumentLimits(
  { picture, unread }: Look,
  { rules, fractions }: { rules: AssessRules; fractions: ReadonlyMap<Pair, number> },
): WatchedLimit[] {
  const { limits } = rules;
  return picture.pairs.flatMap((pair, place): WatchedLimit[] => {
    const fraction = fractions.get(pair) ?? 0;
    if (fraction <= 0) return [];
    const of = { scope: 'instrument', unit: 'fraction', subject: pair, pair } as const;
    const most = limits.daily_volatility_max;
    const exposure: WatchedLimit = {
      ...of,
      name: 'pair-exposure',
      cut: 'pair',
      value: fraction,
      bounds: { warn: limits.pair_exposure_max * 1.25, reduce: limits.pair_exposure_max * 2 },
    };
    // What cannot be read is taken for wild, and nothing is sold for a guess.
    if (unread.has(pair)) return [exposure];
    return [
      exposure,
      {
        ...of,
        name: 'daily-volatility',
        cut: 'whole-pair',
        value: picture.volatilities[place] ?? 0,
        bounds: { warn: most, reduce: most * 1.5 },
      },
    ];
  });
}
