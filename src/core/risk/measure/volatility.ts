/** Volatility: the standard deviation of log returns, per period unless said otherwise. */
import { standardDeviation } from './moments.ts';

/** RiskMetrics' decay for daily data (J.P. Morgan, RiskMetrics Technical Document, 1996, ch. 5). */
export const RISKMETRICS_LAMBDA = 0.94;

/** Of all returns alike. */
export function realisedVolatility(returns: readonly number[]): number {
  return standardDeviation(returns);
}

/**
 * Exponentially weighted, mean taken as zero: s2_t = lambda s2_t-1 + (1 - lambda) r2_t, begun with
 * the mean square of the first returns (at most 30), so that one of them does not rule the start.
 */
export function ewmaVolatility(
  returns: readonly number[],
  { lambda = RISKMETRICS_LAMBDA }: { readonly lambda?: number } = {},
): number {
  return ewmaPath(returns, lambda).at(-1) ?? Number.NaN;
}

const START_RETURNS = 30;

/** The estimate after each return; place t knows returns up to t and none later. */
export function ewmaPath(returns: readonly number[], lambda = RISKMETRICS_LAMBDA): number[] {
  const start = returns.slice(0, START_RETURNS);
  let square = start.reduce((sum, value) => sum + value * value, 0) / start.length;
  return returns.map((value) => {
    square = lambda * square + (1 - lambda) * value * value;
    return Math.sqrt(square);
  });
}

/** By the square root of time: independent returns. Crypto trades 365 days a year. */
export function annualise(perPeriod: number, periodsPerYear: number): number {
  return perPeriod * Math.sqrt(periodsPerYear);
}
