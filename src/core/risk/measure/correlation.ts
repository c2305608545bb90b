/**
 * Covariance and correlation of returns. Shapes: series[asset][period], all of one length; matrices
 * are rows of columns, symmetric.
 */
import { mean } from './moments.ts';
import { RISKMETRICS_LAMBDA } from './volatility.ts';

export type Matrix = readonly (readonly number[])[];

/** Sample covariance (n - 1). */
export function covarianceOf(series: Matrix): number[][] {
  const centred = series.map((values) => {
    const centre = mean(values);
    return values.map((value) => value - centre);
  });
  return gram(centred, (series[0]?.length ?? 0) - 1);
}

/** Exponentially weighted with mean zero: recent periods count more (RiskMetrics 1996). */
export function ewmaCovariance(series: Matrix, lambda = RISKMETRICS_LAMBDA): number[][] {
  const periods = series[0]?.length ?? 0;
  const weights = Array.from({ length: periods }, (_, t) => lambda ** (periods - 1 - t));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weighed = series.map((values) =>
    values.map((value, t) => value * Math.sqrt(weights[t] ?? 0)),
  );
  return gram(weighed, total);
}

function gram(rows: Matrix, divisor: number): number[][] {
  return rows.map((row) =>
    rows.map((other) => row.reduce((sum, value, t) => sum + value * (other[t] ?? 0), 0) / divisor),
  );
}

/** Correlations of a covariance; an asset that never moves is correlated with nothing but itself. */
export function correlationOf(covariance: Matrix): number[][] {
  const deviations = covariance.map((row, i) => Math.sqrt(row[i] ?? 0));
  return covariance.map((row, i) =>
    row.map((value, j) => {
      if (i === j) return 1;
      const scale = (deviations[i] ?? 0) * (deviations[j] ?? 0);
      return scale > 0 ? Math.max(-1, Math.min(1, value / scale)) : 0;
    }),
  );
}

export interface Shrunk {
  readonly covariance: number[][];
  /** 0 = the sample as it is, 1 = the target alone. */
  readonly shrinkage: number;
}

/**
 * Ledoit and Wolf, "Honey, I Shrunk the Sample Covariance Matrix" (2004): the sample shrunk towards
 * the matrix with the same variances and one correlation, the mean one. With few periods the sample
 * finds correlations that are not there, and an optimiser would bet on them.
 */
export function ledoitWolf(series: Matrix): Shrunk {
  const periods = series[0]?.length ?? 0;
  const centred = series.map((values) => {
    const centre = mean(values);
    return values.map((value) => value - centre);
  });
  const sample = gram(centred, periods);
  const target = constantCorrelation(sample);
  const distance = sumOver(sample, (value, i, j) => (value - (target[i]?.[j] ?? 0)) ** 2);
  const parts = spreadOf(centred, sample);
  const kappa = distance === 0 ? 0 : (parts.pi - parts.rho) / distance;
  const shrinkage = Math.max(0, Math.min(1, kappa / periods));
  // The paper shrinks the matrix with 1/T; what is given is unbiased as the sample one is.
  const unbias = periods / (periods - 1);
  return {
    shrinkage,
    covariance: sample.map((row, i) =>
      row.map((value, j) => unbias * (shrinkage * (target[i]?.[j] ?? 0) + (1 - shrinkage) * value)),
    ),
  };
}

function constantCorrelation(sample: Matrix): number[][] {
  const n = sample.length;
  const correlation = correlationOf(sample);
  const off = sumOver(correlation, (value, i, j) => (i === j ? 0 : value));
  const average = n > 1 ? off / (n * (n - 1)) : 0;
  const deviations = sample.map((row, i) => Math.sqrt(row[i] ?? 0));
  return sample.map((row, i) =>
    row.map((value, j) =>
      i === j ? value : average * (deviations[i] ?? 0) * (deviations[j] ?? 0),
    ),
  );
}

/** pi and rho of the paper's appendix B: how uncertain the sample is, and how the target follows it. */
function spreadOf(centred: Matrix, sample: Matrix): { pi: number; rho: number } {
  const periods = centred[0]?.length ?? 0;
  const n = sample.length;
  const at = (matrix: Matrix, i: number, j: number): number => matrix[i]?.[j] ?? 0;
  const average = averageCorrelation(sample);
  let pi = 0;
  let diagonal = 0;
  let follows = 0;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      const spread = meanOver(periods, (t) => {
        return (at(centred, i, t) * at(centred, j, t) - at(sample, i, j)) ** 2;
      });
      pi += spread;
      if (i === j) diagonal += spread;
      else follows += thetaTerm({ centred, sample, i, j });
    }
  }
  return { pi, rho: diagonal + (average / 2) * follows };
}

function thetaTerm(at: { centred: Matrix; sample: Matrix; i: number; j: number }): number {
  const { centred, sample, i, j } = at;
  const [x, y] = [centred[i] ?? [], centred[j] ?? []];
  const [vi, vj] = [sample[i]?.[i] ?? 0, sample[j]?.[j] ?? 0];
  const covariance = sample[i]?.[j] ?? 0;
  if (vi === 0 || vj === 0) return 0;
  const moment = (own: readonly number[], variance: number): number =>
    meanOver(
      x.length,
      (t) => ((own[t] ?? 0) ** 2 - variance) * ((x[t] ?? 0) * (y[t] ?? 0) - covariance),
    );
  return Math.sqrt(vj / vi) * moment(x, vi) + Math.sqrt(vi / vj) * moment(y, vj);
}

function averageCorrelation(sample: Matrix): number {
  const n = sample.length;
  if (n < 2) return 0;
  return sumOver(correlationOf(sample), (value, i, j) => (i === j ? 0 : value)) / (n * (n - 1));
}

function sumOver(matrix: Matrix, of: (value: number, i: number, j: number) => number): number {
  let sum = 0;
  matrix.forEach((row, i) => row.forEach((value, j) => (sum += of(value, i, j))));
  return sum;
}

function meanOver(count: number, of: (t: number) => number): number {
  let sum = 0;
  for (let t = 0; t < count; t += 1) sum += of(t);
  return sum / count;
}
