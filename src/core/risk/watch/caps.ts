/** The most of each pair that the optimiser would hold, as caps for sizing. */
import { bayesStein } from '#core/allocation/expected-returns.ts';
import { optimise } from '#core/allocation/optimise.ts';
import type { Infeasible, Objective } from '#core/allocation/optimise.ts';
import { riskParity } from '#core/allocation/risk-parity.ts';
import { baseOf } from '#core/model/pair.ts';
import { definiteCorrelation } from '../measure/definite.ts';
import type { MarketPicture } from './market-picture.ts';

export const CAP_METHODS = [
  'none',
  'risk-parity',
  'minimum-variance',
  'target-return',
  'risk-aversion',
] as const;

export interface CapRules {
  readonly method: (typeof CAP_METHODS)[number];
  /** Of one day, of the whole equity; of the method target-return. */
  readonly targetReturn: number;
  /** Of the method risk-aversion. */
  readonly riskAversion: number;
  readonly investedMax: number;
  readonly weightMax: number;
  /** How far above the optimiser's weight a pair may go: it is a cap and no target. */
  readonly slack: number;
  readonly sectors: Readonly<
    Record<string, { readonly bases: readonly string[]; readonly max: number }>
  >;
}

export type Caps =
  | {
      readonly kind: 'caps';
      readonly fractions: readonly (number | undefined)[];
      /** What was estimated on the way, by name. */
      readonly figures: Readonly<Record<string, number>>;
    }
  | Infeasible;

const HOURS = 24;

export function positionCaps(picture: MarketPicture, rules: CapRules): Caps {
  const { pairs } = picture;
  const { method } = rules;
  if (method === 'none' || pairs.length === 0) return capsOf(pairs.map(() => undefined));
  if (method === 'risk-parity' || method === 'minimum-variance') {
    const found =
      method === 'risk-parity'
        ? riskParity({
            names: pairs,
            covariance: covarianceOf(picture),
            investedFraction: rules.investedMax,
          })
        : leastVariance(picture, rules);
    return found.kind === 'infeasible' ? found : capsOf(slackened(found.weights, rules));
  }
  return capsByReturn(picture, { ...rules, method });
}

function leastVariance(picture: MarketPicture, rules: CapRules) {
  const { investedMax, weightMax } = rules;
  // As much as the weights allow: with cash allowed the least variance is to hold none.
  const min = Math.min(investedMax, weightMax * picture.pairs.length);
  return optimise({
    covariance: covarianceOf(picture),
    objective: { kind: 'minimum-variance' },
    limits: limitsOf(picture, rules, min),
  });
}

/** What is expected stands on the pairs that are not young; a young one is expected to do as all do. */
function capsByReturn(
  picture: MarketPicture,
  rules: CapRules & { readonly method: 'target-return' | 'risk-aversion' },
): Caps {
  const { pairs, returns } = picture;
  const grown = [...returns.keys()];
  if (grown.length === 0) {
    const reasons = ['no pair has enough hours of candles to expect a return from'];
    return { kind: 'infeasible', reasons };
  }
  const expected = bayesStein([...returns.values()].map((row) => row.map(Math.expm1)));
  const ofDay = new Map(grown.map((pair, i) => [pair, HOURS * (expected.returns[i] ?? 0)]));
  const objective: Objective =
    rules.method === 'target-return'
      ? { kind: rules.method, returnFraction: rules.targetReturn }
      : { kind: rules.method, aversion: rules.riskAversion };
  const found = optimise({
    covariance: covarianceOf(picture),
    expectedReturns: pairs.map((pair) => ofDay.get(pair) ?? HOURS * expected.grandMean),
    objective,
    limits: limitsOf(picture, rules, 0),
  });
  if (found.kind === 'infeasible') return found;
  return capsOf(slackened(found.weights, rules), {
    optimiser_return: found.expectedReturn,
    optimiser_volatility: found.volatility,
    optimiser_shrinkage: expected.shrinkage,
  });
}

function capsOf(
  fractions: readonly (number | undefined)[],
  figures: Readonly<Record<string, number>> = {},
): Caps {
  return { kind: 'caps', fractions, figures };
}

function slackened(weights: readonly number[], { slack }: CapRules): number[] {
  return weights.map((weight) => Math.min(1, Math.max(0, weight) * slack));
}

/** Of one day. */
function covarianceOf({ volatilities, correlation }: MarketPicture): number[][] {
  return definiteCorrelation(correlation).map((row, i) =>
    row.map((value, j) => value * (volatilities[i] ?? 0) * (volatilities[j] ?? 0)),
  );
}

function limitsOf(picture: MarketPicture, rules: CapRules, investedMin: number) {
  return {
    names: picture.pairs,
    weight: { min: 0, max: rules.weightMax },
    invested: { min: investedMin, max: rules.investedMax },
    sectors: sectorsOf(picture, rules),
  };
}

function sectorsOf({ pairs }: MarketPicture, { sectors }: CapRules) {
  return Object.entries(sectors).flatMap(([name, { bases, max }]) => {
    const members = pairs.filter((pair) => bases.includes(baseOf(pair)));
    return members.length === 0 ? [] : [{ name, members, range: { min: 0, max } }];
  });
}
