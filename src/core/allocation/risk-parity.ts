import type { Matrix } from '#core/risk/measure/correlation.ts';
import { covarianceFaults, type Infeasible, volatilityOf } from './optimise.ts';

export interface RiskParityInput {
  readonly names: readonly string[];
  readonly covariance: Matrix;
  /** Share of the risk that each asset is to have; alike when left out. Any positive scale. */
  readonly budgets?: readonly number[];
  /** Sum of the weights; the rest is cash. Default 1. */
  readonly investedFraction?: number;
}

export interface RiskParity {
  readonly kind: 'allocated';
  readonly weights: readonly number[];
  readonly volatility: number;
  /** Share of the variance that comes from each asset; they sum to 1. */
  readonly contributions: readonly number[];
}

// 50 assets need some twenty rounds; a matrix that needs so many is nearly singular.
const ROUNDS_MAX = 1_000;
const TOLERANCE = 1e-12;

/**
 * Weights with which each asset brings its share of the risk (Maillard, Roncalli and Teiletche, The
 * Properties of Equally Weighted Risk Contribution Portfolios, 2010). It is the minimum of
 * 1/2 x'Sx - sum b ln x, scaled; that is convex, and each coordinate has a closed form, gone through
 * in turn (Griveau-Billion, Richard and Roncalli, A Fast Algorithm for Computing High-dimensional Risk
 * Parity Portfolios, 2013). Knows no weight limits: with them the shares could not be kept.
 */
export function riskParity(input: RiskParityInput): RiskParity | Infeasible {
  const { names, covariance, investedFraction = 1 } = input;
  const budgets = input.budgets ?? names.map(() => 1);
  const reasons = faultsOf({ ...input, budgets });
  if (reasons.length > 0) return { kind: 'infeasible', reasons };
  const total = sum(budgets);
  const positions = descend(
    covariance,
    budgets.map((budget) => budget / total),
  );
  if (positions === undefined) {
    return {
      kind: 'infeasible',
      reasons: ['the covariance is not definite: some mix has no risk'],
    };
  }
  const size = sum(positions);
  const weights = positions.map((position) => (investedFraction * position) / size);
  const volatility = volatilityOf(covariance, weights);
  return {
    kind: 'allocated',
    weights,
    volatility,
    contributions: weights.map(
      (weight, i) => (weight * dot(covariance[i], weights)) / volatility ** 2,
    ),
  };
}

function faultsOf({ names, covariance, budgets = [] }: RiskParityInput): string[] {
  if (names.length === 0) return ['no assets at all'];
  const faults = covarianceFaults(names, covariance);
  if (faults.length > 0) return faults;
  const still = names.filter((_, i) => !((covariance[i]?.[i] ?? 0) > 0));
  if (still.length > 0)
    faults.push(`${still.join(', ')} never moved: no weight gives it a share of the risk`);
  const without = names.filter((_, i) => !((budgets[i] ?? 0) > 0));
  if (without.length > 0) faults.push(`${without.join(', ')} has no positive share of the risk`);
  return faults;
}

function descend(covariance: Matrix, budgets: readonly number[]): number[] | undefined {
  const variances = covariance.map((row, i) => row[i] ?? 0);
  const positions = budgets.map((budget, i) => Math.sqrt(budget / (variances[i] ?? 1)));
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let change = 0;
    for (const [i, budget] of budgets.entries()) {
      const before = positions[i] ?? 0;
      const own = variances[i] ?? 1;
      const others = dot(covariance[i], positions) - own * before;
      const after = (Math.sqrt(others * others + 4 * own * budget) - others) / (2 * own);
      positions[i] = after;
      change = Math.max(change, Math.abs(after - before) / before);
    }
    if (change < TOLERANCE) return positions;
  }
  return undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function dot(row: readonly number[] = [], values: readonly number[] = []): number {
  return row.reduce((total, value, i) => total + value * (values[i] ?? 0), 0);
}
