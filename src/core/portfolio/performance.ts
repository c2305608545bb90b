/**
 * How well an account did, from its equity series and its closed trades. Figures for people and for
 * comparison: float64, computed from money but never going back into it. A figure that cannot be
 * known (fewer than two points, no loss to divide by) is undefined, never 0 or infinite.
 */
export interface EquitySample {
  readonly atMs: number;
  readonly equity: number;
  /** Value of the open positions then. */
  readonly positions: number;
}

export interface PerformanceInput {
  /** Oldest first; flows already taken out. */
  readonly equity: readonly EquitySample[];
  /** Net profit of each closed trade in the quote asset. */
  readonly profits: readonly number[];
  readonly feesQuote: number;
}

export interface Performance {
  readonly returnFraction: number | undefined;
  readonly sharpe: number | undefined;
  readonly sortino: number | undefined;
  readonly maxDrawdownFraction: number | undefined;
  /** Share of the time-weighted equity that was in positions. */
  readonly exposureFraction: number | undefined;
  readonly trades: number;
  readonly winRate: number | undefined;
  readonly profitFactor: number | undefined;
  /** Mean profit of a trade in quote. */
  readonly expectancyQuote: number | undefined;
  readonly feesQuote: number;
  /** Length of one return in the ratios. */
  readonly periodMs: number | undefined;
}

export function performance(input: PerformanceInput): Performance {
  const { equity, profits, feesQuote } = input;
  const periodMs = periodOf(equity);
  const returns = periodMs === undefined ? [] : periodReturns(equity, periodMs);
  // Crypto trades every day of the year.
  const yearly = periodMs === undefined ? 0 : Math.sqrt((365 * DAY_MS) / periodMs);
  return {
    returnFraction: returnFraction(equity),
    sharpe: scaled(sharpe(returns), yearly),
    sortino: scaled(sortino(returns), yearly),
    maxDrawdownFraction: maxDrawdown(equity),
    exposureFraction: exposure(equity),
    ...tradeFigures(profits),
    feesQuote,
    periodMs,
  };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

// The longest period that still gives ten returns: longer ones are less distorted by noise.
function periodOf(equity: readonly EquitySample[]): number | undefined {
  const first = equity[0];
  const last = equity.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined;
  const spanMs = last.atMs - first.atMs;
  return [DAY_MS, HOUR_MS].find((periodMs) => spanMs >= 10 * periodMs) ?? MINUTE_MS;
}

/** Return of each period from the last equity of each; a period without a point repeats it. */
function periodReturns(equity: readonly EquitySample[], periodMs: number): number[] {
  const closes: number[] = [];
  let period: number | undefined;
  for (const { atMs, equity: value } of equity) {
    const here = Math.floor(atMs / periodMs);
    const before = closes.at(-1);
    if (period !== undefined && before !== undefined) {
      for (let gap = period + 1; gap < here; gap += 1) closes.push(before);
    }
    if (here === period) closes.pop();
    closes.push(value);
    period = here;
  }
  return closes.slice(1).flatMap((value, index) => {
    const before = closes[index];
    return before !== undefined && before > 0 ? [value / before - 1] : [];
  });
}

function returnFraction(equity: readonly EquitySample[]): number | undefined {
  const first = equity[0];
  const last = equity.at(-1);
  if (equity.length < 2 || first === undefined || last === undefined) return undefined;
  return first.equity > 0 ? last.equity / first.equity - 1 : undefined;
}

/** Mean over sample standard deviation, risk-free rate 0 (Sharpe, The Sharpe Ratio, 1994). */
function sharpe(returns: readonly number[]): number | undefined {
  if (returns.length < 2) return undefined;
  const average = mean(returns);
  const variance =
    returns.reduce((total, value) => total + (value - average) ** 2, 0) / (returns.length - 1);
  return ratio(average, Math.sqrt(variance));
}

/**
 * Mean over downside deviation against 0, over all returns (Sortino and Price, Performance
 * Measurement in a Downside Risk Framework, 1994).
 */
function sortino(returns: readonly number[]): number | undefined {
  if (returns.length < 2) return undefined;
  const downside = mean(returns.map((value) => Math.min(value, 0) ** 2));
  return ratio(mean(returns), Math.sqrt(downside));
}

/** Deepest fall from a running peak, as a fraction of that peak. */
function maxDrawdown(equity: readonly EquitySample[]): number | undefined {
  if (equity.length < 2) return undefined;
  let peak = 0;
  let deepest = 0;
  for (const { equity: value } of equity) {
    peak = Math.max(peak, value);
    if (peak > 0) deepest = Math.max(deepest, (peak - value) / peak);
  }
  return deepest;
}

function exposure(equity: readonly EquitySample[]): number | undefined {
  let invested = 0;
  let total = 0;
  for (const [index, { atMs, equity: value, positions }] of equity.entries()) {
    const next = equity[index + 1];
    if (next === undefined) break;
    invested += positions * (next.atMs - atMs);
    total += value * (next.atMs - atMs);
  }
  return total > 0 ? invested / total : undefined;
}

function tradeFigures(profits: readonly number[]) {
  const trades = profits.length;
  const gains = profits.filter((profit) => profit > 0);
  const losses = profits.filter((profit) => profit < 0);
  return {
    trades,
    winRate: trades === 0 ? undefined : gains.length / trades,
    profitFactor: ratio(total(gains), -total(losses)),
    expectancyQuote: trades === 0 ? undefined : mean(profits),
  };
}

// Rounding leaves a deviation of about 1e-17 where there is none; that is not a ratio.
function ratio(value: number, by: number): number | undefined {
  return by > 1e-12 ? value / by : undefined;
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function mean(values: readonly number[]): number {
  return total(values) / values.length;
}
