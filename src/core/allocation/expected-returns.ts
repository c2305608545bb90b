import type { Matrix } from '#core/risk/measure/correlation.ts';
import { ledoitWolf } from '#core/risk/measure/correlation.ts';
import { mean } from '#core/risk/measure/moments.ts';
import { choleskyRoot } from '#core/risk/measure/stress.ts';

/** Of one period of the series they were estimated from. */
export interface ExpectedReturns {
  /** One for each asset. */
  readonly returns: readonly number[];
  /** What is expected of an asset of which nothing is known. */
  readonly grandMean: number;
  /** 0 = the means as they were, 1 = nothing but the grand mean. */
  readonly shrinkage: number;
}

/** Of the mean variance; keeps two assets that are one and the same from dividing by nothing. */
const RIDGE = 1e-8;

/**
 * Means shrunk towards the mean of the portfolio with the least variance (Jorion, Bayes-Stein Estimation
 * for Portfolio Analysis, JFQA 1986, eq. 14 to 17). What the assets differ by over a few weeks is mostly
 * luck, and an optimiser would bet on it; the more it is within what luck makes, the more of it goes.
 *
 * @param series simple returns, series[asset][period], at least two periods, all of one length. The
 * covariance is the shrunk one of Ledoit and Wolf in place of Jorion's sample one with its correction.
 */
export function bayesStein(series: Matrix): ExpectedReturns {
  const periods = series[0]?.length ?? 0;
  const means = series.map(mean);
  const root = choleskyRoot(withRidge(ledoitWolf(series).covariance));
  const ofOnes = solveBy(
    root,
    means.map(() => 1),
  );
  const grandMean =
    dot(ofOnes, means) /
    dot(
      ofOnes,
      means.map(() => 1),
    );
  const apart = means.map((value) => value - grandMean);
  const distance = Math.max(0, dot(apart, solveBy(root, apart)));
  const prior = means.length + 2;
  const shrinkage = prior / (prior + periods * distance);
  return {
    returns: apart.map((value) => grandMean + (1 - shrinkage) * value),
    grandMean,
    shrinkage,
  };
}

function withRidge(covariance: Matrix): number[][] {
  const variance = mean(covariance.map((row, i) => row[i] ?? 0));
  // Where nothing ever moved any scale will do.
  const ridge = variance > 0 ? RIDGE * variance : 1;
  return covariance.map((row, i) => row.map((value, j) => (i === j ? value + ridge : value)));
}

/** x of LL'x = b, for a lower triangular L without a zero on its diagonal. */
function solveBy(root: Matrix, bound: readonly number[]): number[] {
  const half: number[] = [];
  root.forEach((row, i) => {
    half[i] = ((bound[i] ?? 0) - dot(row.slice(0, i), half)) / (row[i] ?? Number.NaN);
  });
  const solved = half.map(() => 0);
  for (let i = root.length - 1; i >= 0; i -= 1) {
    // Those below i are solved, the others still zero.
    const known = root.reduce((sum, row, k) => sum + (row[i] ?? 0) * (solved[k] ?? 0), 0);
    solved[i] = ((half[i] ?? 0) - known) / (root[i]?.[i] ?? Number.NaN);
  }
  return solved;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);
}
