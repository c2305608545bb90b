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
  readonly cache: Pick<CandleCache, 'get' | 'grow'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface CandleLimits {
  /** Cuts each timeframe to the candles that are looked at. */
  readonly window: Window;
  readonly waitMs: number;
}

/** Shows the last candles of a series; the same series gives the same array. */
export type Window = (candles: readonly Candle[]) => readonly Candle[];

/**
 * A window of `count` candles. What analysts reckon is kept with the array they saw, so a longer
 * timeframe that has not changed must be the same array again.
 */
export function windowOf(count: number): Window {
  const windows = new WeakMap<readonly Candle[], readonly Candle[]>();
  return (candles) => {
    if (candles.length <= count) return candles;
    const window = windows.get(candles) ?? candles.slice(-count);
    windows.set(candles, window);
    return window;
  };
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
      readHigher(ports, { evaluation, timeframe, window: limits.window }),
    ),
  ]);
  return candles === undefined ? undefined : { candles, higher };
}

async function readBase(
  { cache, clock, signal }: CandlePorts,
  { pair, timeframe, closeMs, candle }: Evaluation,
  { window, waitMs }: CandleLimits,
): Promise<readonly Candle[] | undefined> {
  const untilMs = clock.monotonic() + waitMs;
  const lastOpenMs = closeMs - timeframeMs(timeframe);
  cache.grow(pair, timeframe, candle);
  for (;;) {
    const series = await cache.get(pair, timeframe, closeMs);
    const candles = window(closedBy(series?.candles ?? [], timeframe, closeMs));
    if (candles.at(-1)?.openMs === lastOpenMs) return candles;
    if (clock.monotonic() >= untilMs) return undefined;
    await clock.sleep(ASK_AGAIN_MS, signal);
  }
}

/**
 * A longer timeframe may be missing or old: the analysts say less then, or nothing. One period may lack,
 * since the venue may have been silent in it; what ended before that says nothing of now.
 */
async function readHigher(
  { cache }: CandlePorts,
  given: { evaluation: Evaluation; timeframe: Timeframe; window: Window },
): Promise<Series> {
  const { evaluation, timeframe, window } = given;
  const series = await cache.get(evaluation.pair, timeframe, evaluation.closeMs);
  const candles = closedBy(series?.candles ?? [], timeframe, evaluation.closeMs);
  const lastMs = candles.at(-1)?.openMs ?? Number.NEGATIVE_INFINITY;
  const isOld = evaluation.closeMs - lastMs >= OLD_PERIODS * timeframeMs(timeframe);
  return { timeframe, candles: isOld ? NONE : window(candles) };
}

/** Of the last candle's opening: its own period, the one that may lack, and the one under way. */
const OLD_PERIODS = 3;
const NONE: readonly Candle[] = [];

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
