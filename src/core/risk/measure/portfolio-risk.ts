/**
 * The risk of a portfolio from weights and a covariance, and what one order would make of it. Weights
 * are fractions of equity (the rest is cash); volatilities are of one period.
 *
 * The gate asks this before every order, so the covariance is laid out once and a question costs one
 * pass over a row.
 */
import { normalDensity, normalQuantile } from './normal.ts';

export interface RiskPicture {
  readonly names: readonly string[];
  /** Row by row, names x names. */
  readonly covariance: Float64Array;
  readonly placeOf: ReadonlyMap<string, number>;
}

/** Lays out volatilities (of one period) and correlations for {@link portfolioVariance}. */
export function riskPicture(
  names: readonly string[],
  volatilities: readonly number[],
  correlation: readonly (readonly number[])[],
): RiskPicture {
  const n = names.length;
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      covariance[i * n + j] =
        (volatilities[i] ?? 0) * (volatilities[j] ?? 0) * (correlation[i]?.[j] ?? 0);
    }
  }
  return { names, covariance, placeOf: new Map(names.map((name, place) => [name, place])) };
}

/** w' S w. */
export function portfolioVariance({ covariance }: RiskPicture, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] ?? 0;
    if (weight !== 0) sum += weight * marginal(covariance, weights, i);
  }
  return Math.max(0, sum);
}

/** (S w)_i: half of how the variance grows with the weight of asset i. */
export function marginalCovariance(
  { covariance }: RiskPicture,
  weights: Float64Array,
  asset: number,
): number {
  return marginal(covariance, weights, asset);
}

function marginal(covariance: Float64Array, weights: Float64Array, asset: number): number {
  const from = asset * weights.length;
  let sum = 0;
  for (let j = 0; j < weights.length; j += 1)
    sum += (covariance[from + j] ?? 0) * (weights[j] ?? 0);
  return sum;
}

/**
 * The most of one asset that may be added before the portfolio's deviation reaches `deviationMax`:
 * the larger root of x2 S_ii + 2x (S w)_i + w'Sw = max2. 0 when it is there already and more would
 * not lower it.
 */
export function roomFor(
  picture: RiskPicture,
  weights: Float64Array,
  wish: { readonly asset: number; readonly deviationMax: number },
): number {
  const { asset, deviationMax } = wish;
  const own = picture.covariance[asset * weights.length + asset] ?? 0;
  const cross = marginal(picture.covariance, weights, asset);
  const rest = portfolioVariance(picture, weights) - deviationMax ** 2;
  if (own <= 0) return rest <= 0 ? Infinity : 0;
  const root = cross * cross - own * rest;
  if (root < 0) return 0;
  return Math.max(0, (-cross + Math.sqrt(root)) / own);
}

/** Loss at a confidence of a normal with mean zero: what a deviation means as value at risk. */
export function normalVar(deviation: number, confidence = 0.99): number {
  return deviation * normalQuantile(confidence);
}

/** Mean loss beyond it. */
export function normalShortfall(deviation: number, confidence = 0.99): number {
  return (deviation * normalDensity(normalQuantile(confidence))) / (1 - confidence);
}
