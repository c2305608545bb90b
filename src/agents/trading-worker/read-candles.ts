/**
 * The candles of one close out of the shared cache. What is returned ends exactly at the close: a
 * job that waited sees what it would have seen in time, and a series that has not arrived yet is
 * waited for shortly, then refused. A decision on other candles than the job's would be a guess.
 */
import type { CandleCache } from '#cache/candle-series.ts';
import type { Series } from '#core/committee/analyst.ts';
import type { Candle } from '#core/model/candle.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import { type Timeframe, higherTimeframes, timeframeMs } from '#core/model/timeframe.ts';
import type { Clock } from '#platform/clock/clock.ts';

/** The data agent writes before it sends the job, so waiting is rare and short. */
const ASK_AGAIN_MS = 40;

export interface CandlePorts {
  readonly cache: Pick<CandleCache, 'get'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface CandleLimits {
  /** Candles of each timeframe. */
  readonly count: number;
  readonly waitMs: number;
}

/** Returns undefined when the candles of this close cannot be had. */
export async function readCandles(
  ports: CandlePorts,
  evaluation: Evaluation,
  limits: CandleLimits,
): Promise<{ candles: readonly Candle[]; higher: readonly Series[] } | undefined> {
  const [candles, ...higher] = await Promise.all([
    readBase(ports, evaluation, limits),
    ...higherTimeframes(evaluation.timeframe).map((timeframe) =>
      readHigher(ports, { evaluation, timeframe, count: limits.count }),
    ),
  ]);
  return candles === undefined ? undefined : { candles, higher };
}

async function readBase(
  { cache, clock, signal }: CandlePorts,
  { pair, timeframe, closeMs }: Evaluation,
  { count, waitMs }: CandleLimits,
): Promise<readonly Candle[] | undefined> {
  const untilMs = clock.monotonic() + waitMs;
  const lastOpenMs = closeMs - timeframeMs(timeframe);
  for (;;) {
    const series = await cache.get(pair, timeframe, closeMs);
    const candles = closedBy(series?.candles ?? [], timeframe, closeMs).slice(-count);
    if (candles.at(-1)?.openMs === lastOpenMs) return candles;
    if (clock.monotonic() >= untilMs) return undefined;
    await clock.sleep(ASK_AGAIN_MS, signal);
  }
}

/** A longer timeframe may be missing or end earlier: the analysts say less then, or nothing. */
async function readHigher(
  { cache }: CandlePorts,
  given: { evaluation: Evaluation; timeframe: Timeframe; count: number },
): Promise<Series> {
  const { evaluation, timeframe, count } = given;
  const series = await cache.get(evaluation.pair, timeframe, evaluation.closeMs);
  const candles = closedBy(series?.candles ?? [], timeframe, evaluation.closeMs);
  return { timeframe, candles: candles.slice(-count) };
}

function closedBy(
  candles: readonly Candle[],
  timeframe: Timeframe,
  closeMs: number,
): readonly Candle[] {
  const lastOpenMs = closeMs - timeframeMs(timeframe);
  let length = candles.length;
  while (length > 0 && (candles[length - 1]?.openMs ?? 0) > lastOpenMs) length -= 1;
  return length === candles.length ? candles : candles.slice(0, length);
}
