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

/**
 * Historical simulation with weights that fall by `lambda` for each period of age (Boudoukh,
 * Richardson and Whitelaw, The Best of Both Worlds, 1998; 0.995 is usual for days). The tail is
 * exactly 1 - confidence wide; a return that lies across its border counts in part, as in Hull.
 */
export function weightedHistoricalVar(
  returns: readonly number[],
  { lambda, confidence = 0.99 }: { readonly lambda: number; readonly confidence?: number },
): TailRisk {
  const ages = returns.map((_, t) => returns.length - 1 - t);
  const total = ages.reduce((sum, age) => sum + lambda ** age, 0);
  const tail = 1 - confidence;
  let covered = 0;
  let lost = 0;
  let border = 0;
  const worstFirst = ages.toSorted((a, b) => returnAt(returns, a) - returnAt(returns, b));
  for (const age of worstFirst) {
    border = returnAt(returns, age);
    const part = Math.min(lambda ** age / total, tail - covered);
    covered += part;
    lost += part * border;
    // Weights of 1/500 miss their border by some 1e-17.
    if (covered >= tail * (1 - 1e-9)) break;
  }
  return lossesOf(border, covered > 0 ? lost / covered : 0);
}

function returnAt(returns: readonly number[], age: number): number {
  return returns[returns.length - 1 - age] ?? 0;
}

export interface ParametricVar extends TailRisk {
  /** False: skewness and kurtosis are beyond what the expansion can describe and were scaled down. */
  readonly isCornishFisher: boolean;
  /** How much of them was used, in [0, 1]; 0 = the normal. */
  readonly usedFraction: number;
}

/**
 * Parametric, with the quantile of Cornish and Fisher (1938) for skewness S and excess kurtosis K:
 * z + (z2-1)S/6 + (z3-3z)K/24 - (2z3-5z)S2/36. Valid only where it rises in z (Maillard, 2012).
 * Beyond, S and K are scaled down together to the border of that domain and the answer says so: the
 * normal instead would forget the fat tails just when they are fattest. Shortfall by integrating the
 * quantile over the tail.
 */
export function parametricVar(returns: readonly number[], confidence = 0.99): ParametricVar {
  const centre = mean(returns);
  const deviation = standardDeviation(returns);
  const whole = shape(returns);
  const usedFraction = domainFraction(whole);
  const form = usedFraction === 0 ? NORMAL : scaled(whole, usedFraction);
  const quantileAt = (probability: number): number =>
    centre + deviation * cornishFisher(normalQuantile(probability), form);
  const tailMean =
    usedFraction > 0
      ? meanQuantile(quantileAt, 1 - confidence)
      : centre - (deviation * normalDensity(normalQuantile(confidence))) / (1 - confidence);
  const losses = lossesOf(quantileAt(1 - confidence), tailMean);
  return { ...losses, isCornishFisher: usedFraction === 1, usedFraction };
}

interface Shape {
  readonly skewness: number;
  readonly excessKurtosis: number;
}

const NORMAL: Shape = { skewness: 0, excessKurtosis: 0 };

function scaled({ skewness, excessKurtosis }: Shape, by: number): Shape {
  return { skewness: by * skewness, excessKurtosis: by * excessKurtosis };
}

function cornishFisher(z: number, { skewness: s, excessKurtosis: k }: Shape): number {
  return (
    z + ((z * z - 1) * s) / 6 + ((z ** 3 - 3 * z) * k) / 24 - ((2 * z ** 3 - 5 * z) * s * s) / 36
  );
}

const BISECTIONS = 40;

/** The largest share of a shape with which the quantile rises, by bisection. */
function domainFraction(whole: Shape): number {
  if (isMonotone(whole)) return 1;
  let low = 0;
  let high = 1;
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (isMonotone(scaled(whole, middle))) low = middle;
    else high = middle;
  }
  // Thin tails with a skew are outside at every share: the bisection never left 0.
  return low;
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
