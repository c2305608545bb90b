/**
 * Value at risk and expected shortfall (CVaR) of one portfolio's returns, one period ahead. Both are
 * positive fractions of the portfolio: 0.03 = a loss of 3 %. A confidence of 0.99 asks for the loss
 * that one period in a hundred exceeds. Never below zero: a portfolio that cannot lose has 0.
 */
import { mean, quantile, shape, standardDeviation } from './moments.ts';
import { normalDensity, normalQuantile } from './normal.ts';
import { ewmaPath, RISKMETRICS_LAMBDA } from './volatility.ts';

export interface TailRisk {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

/** Historical simulation: the quantile of what happened, and the mean beyond it. */
export function historicalVar(returns: readonly number[], confidence = 0.99): TailRisk {
  const border = quantile(returns, 1 - confidence);
  const beyond = returns.filter((value) => value <= border);
  return lossesOf(border, mean(beyond));
}

export interface ParametricVar extends TailRisk {
  /** False: skewness and kurtosis are beyond what the expansion can describe, so the normal was used. */
  readonly isCornishFisher: boolean;
}

/**
 * Parametric, with the quantile of Cornish and Fisher (1938) for skewness S and excess kurtosis K:
 * z + (z2-1)S/6 + (z3-3z)K/24 - (2z3-5z)S2/36. Valid only where it rises in z (Maillard, 2012); outside
 * of it the normal quantile is used and said so. Shortfall by integrating the quantile over the tail.
 */
export function parametricVar(returns: readonly number[], confidence = 0.99): ParametricVar {
  const centre = mean(returns);
  const deviation = standardDeviation(returns);
  const form = shape(returns);
  const isCornishFisher = isMonotone(form);
  const quantileAt = (probability: number): number => {
    const z = normalQuantile(probability);
    return centre + deviation * (isCornishFisher ? cornishFisher(z, form) : z);
  };
  const tailMean = isCornishFisher
    ? meanQuantile(quantileAt, 1 - confidence)
    : centre - (deviation * normalDensity(normalQuantile(confidence))) / (1 - confidence);
  return { ...lossesOf(quantileAt(1 - confidence), tailMean), isCornishFisher };
}

interface Shape {
  readonly skewness: number;
  readonly excessKurtosis: number;
}

function cornishFisher(z: number, { skewness: s, excessKurtosis: k }: Shape): number {
  return (
    z + ((z * z - 1) * s) / 6 + ((z ** 3 - 3 * z) * k) / 24 - ((2 * z ** 3 - 5 * z) * s * s) / 36
  );
}

/** The derivative in z, a parabola, has to stay above zero over all of it. */
function isMonotone({ skewness: s, excessKurtosis: k }: Shape): boolean {
  if (!Number.isFinite(s) || !Number.isFinite(k)) return false;
  const square = k / 8 - (s * s) / 6;
  const linear = s / 3;
  const constant = 1 - k / 8 + (5 * s * s) / 36;
  if (square === 0) return linear === 0 && constant > 0;
  return square > 0 && linear * linear < 4 * square * constant;
}

const TAIL_STEPS = 200;

/** Mean of the quantile over (0, tail): midpoints, which never ask for the quantile of zero. */
function meanQuantile(quantileAt: (probability: number) => number, tail: number): number {
  let sum = 0;
  for (let step = 0; step < TAIL_STEPS; step += 1) {
    sum += quantileAt((tail * (step + 0.5)) / TAIL_STEPS);
  }
  return sum / TAIL_STEPS;
}

export interface MonteCarloOptions {
  /** Uniform in [0, 1), seeded: the same seed gives the same figure. */
  readonly random: { next(): number };
  readonly confidence?: number;
  readonly draws?: number;
  readonly lambda?: number;
}

/**
 * Filtered historical simulation (Barone-Adesi, Giannopoulos and Vosper 1999; Hull and White 1998):
 * each return is divided by the EWMA volatility known before it, which leaves the fat tails and
 * takes out the calm or stormy time it fell in; draws of these, times the volatility of now, are
 * tomorrow.
 */
export function filteredMonteCarloVar(
  returns: readonly number[],
  options: MonteCarloOptions,
): TailRisk {
  const { random, confidence = 0.99, draws = 10_000, lambda = RISKMETRICS_LAMBDA } = options;
  const path = ewmaPath(returns, lambda);
  const filtered: number[] = [];
  for (let t = 1; t < returns.length; t += 1) {
    const known = path[t - 1] ?? 0;
    if (known > 0) filtered.push((returns[t] ?? 0) / known);
  }
  if (filtered.length === 0) return lossesOf(0, 0);
  const now = path.at(-1) ?? 0;
  const drawn = Array.from({ length: draws }, () => {
    const pick = Math.floor(random.next() * filtered.length);
    return now * (filtered[pick] ?? 0);
  });
  return historicalVar(drawn, confidence);
}

/** A loss is a positive number; a shortfall is never below the value at risk it lies beyond. */
function lossesOf(quantileReturn: number, tailMean: number): TailRisk {
  const valueAtRisk = Math.max(0, -quantileReturn);
  return { valueAtRisk, expectedShortfall: Math.max(valueAtRisk, -tailMean) };
}
