import type { Candle } from '#core/model/candle.ts';
import type { Pair } from '#core/model/pair.ts';
import { higherTimeframes, timeframeMs } from '#core/model/timeframe.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { Priority } from '#exchange/budget.ts';
import type { MarketReads } from '#exchange/market-data.ts';
import { errorText, PermanentError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import { createCandleRing } from './candle-ring.ts';
import type { CandleRing } from './candle-ring.ts';
import { createHigherSeries } from './higher-series.ts';

export interface History {
  readonly base: CandleRing;
  readonly higher: readonly { readonly timeframe: Timeframe; readonly ring: CandleRing }[];
}

/**
 * History of one pair at start. The longer timeframes are read before the base and then advanced by
 * it, so that a period which ends in between is not missed. A venue without a longer timeframe
 * gets it built from the base.
 */
export async function loadHistory(options: {
  reads: Pick<MarketReads, 'candles'>;
  pair: Pair;
  timeframe: Timeframe;
  candles: number;
  priority: Priority;
  log: Log;
  signal: AbortSignal;
}): Promise<History> {
  const { reads, pair, timeframe, candles, priority, log, signal } = options;
  const higher = await Promise.all(
    higherTimeframes(timeframe).map(async (longer) => ({
      timeframe: longer,
      ring: filled(
        await reads
          .candles({ pair, timeframe: longer, limit: candles, priority }, signal)
          .catch((error: unknown): readonly Candle[] => {
            if (!(error instanceof PermanentError)) throw error;
            log.info({ pair, timeframe: longer, cause: errorText(error) }, 'timeframe is built up');
            return [];
          }),
        candles,
      ),
    })),
  );
  const query = { pair, timeframe, limit: candles, priority };
  const base = filled(await reads.candles(query, signal), candles);
  const last = base.last();
  if (last !== undefined) {
    const closeMs = last.openMs + timeframeMs(timeframe);
    for (const one of higher) createHigherSeries({ ...one, base }).advance(closeMs);
  }
  return { base, higher };
}

function filled(candles: readonly Candle[], capacity: number): CandleRing {
  const ring = createCandleRing(capacity);
  for (const candle of candles) ring.push(candle);
  return ring;
}
