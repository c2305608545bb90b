import type { Matrix } from '#core/risk/measure/correlation.ts';
import { greatestSum } from './greatest-sum.ts';
import {
  type AllocationLimits,
  contradictions,
  membersOf,
  percent,
  type Range,
  rangeOf,
} from './limits.ts';
import { type Constraint, solve } from './quadratic-program.ts';

/** Returns and variances are of one period, the same for all. */
export type Objective =
  /** The least variance; where cash is allowed, as little invested as may be. */
  | { readonly kind: 'minimum-variance' }
  /** The least variance that is expected to bring at least this. */
  | { readonly kind: 'target-return'; readonly returnFraction: number }
  /** The greatest w'mu - aversion/2 w'Sw. */
  | { readonly kind: 'risk-aversion'; readonly aversion: number };

export interface AllocationInput {
  readonly limits: AllocationLimits;
  /** names x names; a shrunk one (`ledoitWolf`), or the optimiser bets on noise. */
  readonly covariance: Matrix;
  /** One for each name; not needed for the minimum variance. */
  readonly expectedReturns?: readonly number[];
  readonly objective: Objective;
}

export interface Allocated {
  readonly kind: 'allocated';
  /** One for each name. */
  readonly weights: readonly number[];
  readonly cashFraction: number;
  readonly expectedReturn: number;
  readonly volatility: number;
  /** Added to the diagonal to make the covariance definite, as a fraction of its mean. */
  readonly ridgeFraction: number;
}

export interface Infeasible {
  readonly kind: 'infeasible';
  /** In words, for an operator. */
  readonly reasons: readonly string[];
}

/** Mean-variance portfolio (Markowitz, Portfolio Selection, 1952) without short sales, within limits. */
export function optimise(input: AllocationInput): Allocated | Infeasible {
  const { limits, covariance, objective } = input;
  const { names } = limits;
  const expected = input.expectedReturns ?? names.map(() => 0);
  const reasons = [...badInput({ ...input, expectedReturns: expected }), ...contradictions(limits)];
  if (reasons.length > 0) return { kind: 'infeasible', reasons };
  const most = greatestSum(limits, expected).sum;
  if (objective.kind === 'target-return' && objective.returnFraction > most + SLACK) {
    return { kind: 'infeasible', reasons: [unreachableText(objective.returnFraction, most)] };
  }
  const aversion = objective.kind === 'risk-aversion' ? objective.aversion : 1;
  const solved = solve({
    quadratic: covariance.map((row) => row.map((value) => aversion * value)),
    linear: names.map((_, i) => (objective.kind === 'risk-aversion' ? (expected[i] ?? 0) : 0)),
    constraints: [...constraintsOf(limits), ...targetOf(objective, { expected, most })],
  });
  if (solved === undefined) {
    const reason =
      'the solver found no portfolio: the covariance is unfit or the limits leave no room';
    return { kind: 'infeasible', reasons: [reason] };
  }
  const weights = solved.values.map((value, i) => clamp(value, rangeOf(limits, names[i] ?? '')));
  return {
    kind: 'allocated',
    weights,
    cashFraction: 1 - sum(weights),
    expectedReturn: dot(weights, expected),
    volatility: volatilityOf(covariance, weights),
    ridgeFraction: solved.ridgeFraction,
  };
}

/** sqrt(w'Sw). */
export function volatilityOf(covariance: Matrix, weights: readonly number[]): number {
  const variance = covariance.reduce(
    (total, row, i) => total + (weights[i] ?? 0) * dot(row, weights),
    0,
  );
  return Math.sqrt(Math.max(0, variance));
}

/** What is wrong with a covariance of these assets; empty when nothing is. */
export function covarianceFaults(names: readonly string[], covariance: Matrix): string[] {
  const isSquare =
    covariance.length === names.length && covariance.every((row) => row.length === names.length);
  if (!isSquare) return [`the covariance is not ${names.length} x ${names.length}`];
  const unknown = names.filter((_, i) => !covariance[i]?.every(Number.isFinite));
  return unknown.length === 0 ? [] : [`the covariance of ${unknown.join(', ')} is not known`];
}

function badInput(
  input: AllocationInput & { readonly expectedReturns: readonly number[] },
): string[] {
  const { limits, covariance, objective, expectedReturns } = input;
  const reasons = covarianceFaults(limits.names, covariance);
  if (limits.names.some((_, i) => !Number.isFinite(expectedReturns[i]))) {
    reasons.push('not every asset has an expected return');
  }
  if (objective.kind === 'risk-aversion' && !(objective.aversion > 0)) {
    reasons.push(`a risk aversion of ${objective.aversion} is not above 0`);
  }
  return reasons;
}

// A hundred-thousandth of a percent: far below what anybody expects to know of a return.
const SLACK = 1e-9;

function unreachableText(wanted: number, most: number): string {
  return `a return of ${percent(wanted)} is wanted, but within the limits ${percent(most)} is the most expected`;
}

function constraintsOf(limits: AllocationLimits): Constraint[] {
  const { names, invested, sectors = [] } = limits;
  const all = names.map(() => 1);
  return [
    ...between(all, invested),
    ...names.flatMap((name, i) =>
      between(
        names.map((_, j) => (i === j ? 1 : 0)),
        rangeOf(limits, name),
      ),
    ),
    ...sectors.flatMap((sector) => {
      const members = membersOf(limits, sector);
      // A sector without an asset bounds nothing, and the solver stumbles over a row of zeros.
      if (members.length === 0) return [];
      return between(
        names.map((name) => (members.includes(name) ? 1 : 0)),
        sector.range,
      );
    }),
  ];
}

function between(normal: readonly number[], { min, max }: Range): Constraint[] {
  if (min === max) return [{ normal, bound: min, isEquality: true }];
  return [
    { normal, bound: min },
    { normal: normal.map((factor) => -factor), bound: -max },
  ];
}

function targetOf(
  objective: Objective,
  { expected, most }: { readonly expected: readonly number[]; readonly most: number },
): Constraint[] {
  if (objective.kind !== 'target-return') return [];
  // Returns of a day are some 1e-3: scaled to one, as the other rows are.
  const scale = Math.max(...expected.map(Math.abs));
  if (!(scale > 0)) return [];
  const normal = expected.map((value) => value / scale);
  return [{ normal, bound: Math.min(objective.returnFraction, most) / scale }];
}

function clamp(value: number, { min, max }: Range): number {
  return Math.max(min, Math.min(max, value));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);
}
