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
}

export function drawdownOf(equity: readonly number[]): Drawdown {
  let peak = Number.NEGATIVE_INFINITY;
  let depth = 0;
  let underwater = 0;
  let now = 0;
  for (const value of equity) {
    if (value >= peak) {
      peak = value;
      underwater = 0;
    } else underwater += 1;
    now = peak > 0 ? (peak - value) / peak : 0;
    depth = Math.max(depth, now);
  }
  return { depth, underwater, now };
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
