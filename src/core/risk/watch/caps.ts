/** The most of each pair that the optimiser would hold, as caps for sizing. */
import { bayesStein } from '#core/allocation/expected-returns.ts';
import { greatestSum } from '#core/allocation/greatest-sum.ts';
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
export type CapMethod = (typeof CAP_METHODS)[number];

export interface CapRules {
  readonly method: CapMethod;
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

export interface Caps {
  /** By which they are; none: there are no caps. */
  readonly method: CapMethod;
  /** One for each pair of the picture; undefined: it has none. */
  readonly fractions: readonly (number | undefined)[];
  /** What was estimated on the way, by name. */
  readonly figures: Readonly<Record<string, number>>;
  /** Methods that were to come before, with why they could not. */
  readonly failed: readonly { readonly method: CapMethod; readonly reason: string }[];
}

type Found = ({ readonly kind: 'caps' } & Pick<Caps, 'fractions' | 'figures'>) | Infeasible;

const HOURS = 24;
/** What stands in for a method that finds nothing: neither needs to expect a return. */
const FALLBACKS = ['minimum-variance', 'risk-parity'] as const;

export function positionCaps(picture: MarketPicture, rules: CapRules): Caps {
  const { pairs } = picture;
  const none = { method: 'none', fractions: pairs.map(() => undefined), figures: {} } as const;
  if (rules.method === 'none' || pairs.length === 0) return { ...none, failed: [] };
  const failed: Caps['failed'][number][] = [];
  for (const method of new Set([rules.method, ...FALLBACKS])) {
    const found = capsBy(method, picture, rules);
    if (found.kind === 'caps') {
      return { method, fractions: found.fractions, figures: found.figures, failed };
    }
    failed.push({ method, reason: found.reasons.join('; ') });
  }
  return { ...none, failed };
}

/** How far from the method asked for: 0 is by it, 1 the least variance, 2 risk parity, 3 no caps. */
export function fallbackOf({ method, failed }: Caps): number {
  if (failed.length === 0) return 0;
  return 1 + [...FALLBACKS, 'none'].indexOf(method);
}

function capsBy(
  method: Exclude<CapMethod, 'none'>,
  picture: MarketPicture,
  rules: CapRules,
): Found {
  switch (method) {
    case 'risk-parity':
      return byParity(picture, rules);
    case 'minimum-variance': {
      const found = leastVariance(picture, rules);
      return found.kind === 'infeasible' ? found : capsOf(slackened(found.weights, rules));
    }
    case 'target-return':
    case 'risk-aversion':
      return capsByReturn(picture, { ...rules, method });
  }
}

/** What never moved has no share of the risk at any weight: it gets no cap, and takes none away. */
function byParity(picture: MarketPicture, rules: CapRules): Found {
  const { pairs, volatilities } = picture;
  const moving = pairs.flatMap((_, place) => ((volatilities[place] ?? 0) > 0 ? [place] : []));
  const covariance = covarianceOf(picture);
  const found = riskParity({
    names: moving.map((place) => pairs[place] ?? ''),
    covariance: moving.map((i) => moving.map((j) => covariance[i]?.[j] ?? 0)),
    investedFraction: rules.investedMax,
  });
  if (found.kind === 'infeasible') return found;
  const weights = slackened(found.weights, rules);
  const capAt = new Map(moving.map((place, k) => [place, weights[k]]));
  return capsOf(pairs.map((_, place) => capAt.get(place)));
}

function leastVariance(picture: MarketPicture, rules: CapRules) {
  // As much as weights and sectors allow: with cash allowed the least variance is to hold none.
  const limits = limitsOf(picture, rules, 0);
  const worth = limits.names.map(() => 1);
  const min = greatestSum(limits, worth).sum;
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
): Found {
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
): Found {
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
