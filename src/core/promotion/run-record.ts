/** One life of execution, written at its start and each half minute: what promotion is judged by. */
export interface RunRecord {
  readonly id: string;
  readonly mode: 'shadow' | 'production';
  readonly decisionHash: string;
  readonly venue: string;
  /** Only a live tape at the market's own speed counts; a replay proves something else. */
  readonly tape: 'live' | 'replay';
  readonly timeframe: string;
  readonly startedMs: number;
  /** Last sign of life. */
  readonly beatMs: number;
  /** Time with fresh data, part of the time between start and last beat. */
  readonly liveMs: number;
  /** Candle closes that should have been decided meanwhile, over all pairs. */
  readonly dueCandles: number;
  readonly maxDrawdownFraction: number;
  readonly crashLoops: number;
  /** Undefined: it was killed, or still runs. */
  readonly endedMs: number | undefined;
}

export interface RunTotals {
  readonly runs: number;
  readonly liveMs: number;
  /** Live time over live time, time without data and time dead after a crash. */
  readonly uptimeFraction: number;
  readonly dueCandles: number;
  readonly maxDrawdownFraction: number;
  readonly crashLoops: number;
  /** Start of the first of them; undefined without any. */
  readonly sinceMs: number | undefined;
}

/**
 * Sums the runs that count. A stop that was asked for is nobody's fault; the time between a death
 * and the next start is downtime, so a desk that crashes all night is not up.
 */
export function totalRuns(runs: readonly RunRecord[]): RunTotals {
  const ordered = runs.toSorted((a, b) => a.startedMs - b.startedMs);
  let [liveMs, deadMs, dueCandles, maxDrawdownFraction, crashLoops] = [0, 0, 0, 0, 0];
  for (const [n, run] of ordered.entries()) {
    const next = ordered[n + 1];
    const lifeMs = Math.max(0, (run.endedMs ?? run.beatMs) - run.startedMs);
    liveMs += Math.min(run.liveMs, lifeMs);
    deadMs += Math.max(0, lifeMs - run.liveMs);
    if (run.endedMs === undefined && next !== undefined) {
      deadMs += Math.max(0, next.startedMs - run.beatMs);
    }
    dueCandles += run.dueCandles;
    maxDrawdownFraction = Math.max(maxDrawdownFraction, run.maxDrawdownFraction);
    crashLoops += run.crashLoops;
  }
  const uptimeFraction = liveMs === 0 ? 0 : liveMs / (liveMs + deadMs);
  const sinceMs = ordered[0]?.startedMs;
  return {
    runs: ordered.length,
    liveMs,
    uptimeFraction,
    dueCandles,
    maxDrawdownFraction,
    crashLoops,
    sinceMs,
  };
}
