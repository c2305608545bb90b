/** How an equity curve has done. Equity oldest first, one point a period; crypto has 365 days a year. */
import { mean, standardDeviation } from './moments.ts';
import { simpleReturns } from './returns.ts';

export interface Drawdown {
  /** Deepest fall from a peak, as a fraction of the peak. */
  readonly depth: number;
  /** Periods from the last peak, 0 at a new one. */
  readonly underwater: number;
  /** Fall from the last peak now. */
  readonly now: number;
  /** Periods of the longest time below a peak, ended or not. */
  readonly longest: number;
  /** Periods from the deepest point back to its peak; undefined while it has not come back. */
  readonly recovery: number | undefined;
}

export function drawdownOf(equity: readonly number[]): Drawdown {
  let peak = Number.NEGATIVE_INFINITY;
  let [depth, underwater, now, longest, deepestAt] = [0, 0, 0, 0, 0];
  let recovery: number | undefined = 0;
  for (const [period, value] of equity.entries()) {
    if (value >= peak) {
      peak = value;
      underwater = 0;
      // The first peak after the deepest point: the one that point fell from, or a higher one.
      recovery ??= period - deepestAt;
    } else underwater += 1;
    longest = Math.max(longest, underwater);
    now = peak > 0 ? (peak - value) / peak : 0;
    if (now <= depth) continue;
    depth = now;
    deepestAt = period;
    recovery = undefined;
  }
  return { depth, underwater, now, longest, recovery };
}

export interface RatioOptions {
  readonly periodsPerYear: number;
  /** Of one period. */
  readonly riskFree?: number;
}

/** Sharpe (1994): mean excess return over its deviation, annualised. NaN without any movement. */
export function sharpeRatio(
  returns: readonly number[],
  { periodsPerYear, riskFree = 0 }: RatioOptions,
): number {
  const deviation = standardDeviation(returns);
  if (!(deviation > 0)) return Number.NaN;
  return ((mean(returns) - riskFree) / deviation) * Math.sqrt(periodsPerYear);
}

/** Sortino and Price (1994): over the deviation of what fell short of the target, all periods counted. */
export function sortinoRatio(
  returns: readonly number[],
  { periodsPerYear, riskFree = 0 }: RatioOptions,
): number {
  const short = returns.map((value) => Math.min(0, value - riskFree) ** 2);
  const deviation = Math.sqrt(mean(short));
  if (!(deviation > 0)) return Number.NaN;
  return ((mean(returns) - riskFree) / deviation) * Math.sqrt(periodsPerYear);
}

/** Calmar (Young 1991): yearly growth over the deepest drawdown. */
export function calmarRatio(equity: readonly number[], periodsPerYear: number): number {
  const { depth } = drawdownOf(equity);
  const periods = simpleReturns(equity).length;
  if (!(depth > 0) || periods === 0) return Number.NaN;
  const growth = (equity.at(-1) ?? Number.NaN) / (equity[0] ?? Number.NaN);
  return (growth ** (periodsPerYear / periods) - 1) / depth;
}
