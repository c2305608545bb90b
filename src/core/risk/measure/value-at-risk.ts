/**
 * Value at risk and expected shortfall (CVaR) of one portfolio's returns, one period ahead. Both are
 * positive fractions of the portfolio: 0.03 = a loss of 3 %. A confidence of 0.99 asks for the loss
 * that one period in a hundred exceeds. Never below zero: a portfolio that cannot lose has 0.
 */
import { cornishFisher } from './cornish-fisher.ts';
import { mean, quantile, shape, standardDeviation } from './moments.ts';
import { normalQuantile } from './normal.ts';
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
  /** False: the expansion cannot have the sample's skewness and kurtosis. */
  readonly isCornishFisher: boolean;
  /** How much of them it has, in [0, 1]; 0 = the normal. */
  readonly usedFraction: number;
}

/**
 * Parametric, by the distribution of Cornish and Fisher with the sample's mean, deviation, skewness
 * and excess kurtosis (see `cornishFisher`). A shape that it cannot have is scaled down to one that it
 * can and the answer says so: the normal instead would forget the fat tails just when they are
 * fattest.
 */
export function parametricVar(returns: readonly number[], confidence = 0.99): ParametricVar {
  const centre = mean(returns);
  const deviation = standardDeviation(returns);
  const { quantileOf, meanBelow, usedFraction } = cornishFisher(shape(returns));
  const z = normalQuantile(1 - confidence);
  const losses = lossesOf(centre + deviation * quantileOf(z), centre + deviation * meanBelow(z));
  return { ...losses, isCornishFisher: usedFraction === 1, usedFraction };
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
