/**
 * What would be left after a bad day. A shock is a return per asset; a portfolio's loss is the sum of
 * weights times shocks. Losses are positive fractions of equity.
 */
import { mean, quantile } from './moments.ts';
import type { Shock } from './shocks.ts';

export interface Holding {
  readonly base: string;
  /** Fraction of equity. */
  readonly weight: number;
}

/** Loss under one shock; a gain is a negative loss. */
export function shockLoss(holdings: readonly Holding[], shock: Shock): number {
  return -holdings.reduce(
    (sum, { base, weight }) => sum + weight * (shock.returns[base] ?? shock.others),
    0,
  );
}

/** Every asset falls `sigmas` of its own volatilities on the same day: all correlations are one. */
export function togetherLoss(
  holdings: readonly (Holding & { readonly volatility: number })[],
  sigmas: number,
): number {
  return holdings.reduce(
    (sum, { weight, volatility }) => sum + weight * Math.min(1, sigmas * volatility),
    0,
  );
}

export interface FatTailOptions {
  /** Standard normals, seeded. */
  readonly random: { normal(): number };
  /** Lower triangular root of the covariance. */
  readonly root: readonly (readonly number[])[];
  /** Of Student's t; 3 has the tails of daily crypto returns. */
  readonly degrees?: number;
  readonly draws?: number;
  readonly confidence?: number;
}

/**
 * Multivariate Student t (Demarta and McNeil 2005): normals divided by the root of one shared
 * chi-square, so that the worst days of all assets are the same days. Scaled to the covariance.
 */
export function fatTailLoss(
  weights: readonly number[],
  options: FatTailOptions,
): { readonly valueAtRisk: number; readonly expectedShortfall: number } {
  const { random, root, degrees = 3, draws = 5_000, confidence = 0.99 } = options;
  const scale = Math.sqrt((degrees - 2) / degrees);
  const losses = Array.from({ length: draws }, () => {
    const normals = root.map(() => random.normal());
    let chi = 0;
    for (let k = 0; k < degrees; k += 1) chi += random.normal() ** 2;
    const stretch = scale * Math.sqrt(degrees / chi);
    let change = 0;
    root.forEach((row, asset) => {
      const move = row.reduce((sum, value, k) => sum + value * (normals[k] ?? 0), 0);
      // Nobody loses more than the price.
      change += (weights[asset] ?? 0) * Math.max(-1, stretch * move);
    });
    return -change;
  });
  const border = quantile(losses, confidence);
  return {
    valueAtRisk: Math.max(0, border),
    expectedShortfall: Math.max(0, mean(losses.filter((loss) => loss >= border))),
  };
}

/** Cholesky root of a covariance; a row that depends on those before it gets a zero. */
export function choleskyRoot(covariance: readonly (readonly number[])[]): number[][] {
  const root: number[][] = [];
  covariance.forEach((row, i) => {
    const own = Array.from({ length: covariance.length }, () => 0);
    root.push(own);
    for (let j = 0; j <= i; j += 1)
      own[j] = rootCell(row[j] ?? 0, { own, other: root[j] ?? [], j });
  });
  return root;
}

function rootCell(
  value: number,
  { own, other, j }: { own: readonly number[]; other: readonly number[]; j: number },
): number {
  let rest = value;
  for (let k = 0; k < j; k += 1) rest -= (own[k] ?? 0) * (other[k] ?? 0);
  if (own === other) return Math.sqrt(Math.max(0, rest));
  const pivot = other[j] ?? 0;
  return pivot > 0 ? rest / pivot : 0;
}
