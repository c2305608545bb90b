import { timeframeMs } from '#core/model/timeframe.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import { aggregate, endedPeriods } from './aggregate.ts';
import type { CandleRing } from './candle-ring.ts';

/** A longer timeframe that grows out of the base series. */
export interface HigherSeries {
  /** The base is closed up to here: closes every longer period that ended; true if there was one. */
  advance(baseCloseMs: number): boolean;
}

export function createHigherSeries(options: {
  timeframe: Timeframe;
  ring: CandleRing;
  base: CandleRing;
}): HigherSeries {
  const { ring, base } = options;
  const periodMs = timeframeMs(options.timeframe);

  return {
    advance: (baseCloseMs) => {
      const lastMs = ring.last()?.openMs;
      const firstMs = base.all()[0]?.openMs;
      if (firstMs === undefined) return false;
      let isChanged = false;
      // A period the base does not cover from its beginning would give a candle of its end alone.
      const coveredMs = Math.ceil(firstMs / periodMs) * periodMs;
      const nextMs = Math.max(coveredMs, lastMs === undefined ? 0 : lastMs + periodMs);
      for (const openMs of endedPeriods(nextMs, baseCloseMs, periodMs)) {
        const candle = aggregate(base.between(openMs, openMs + periodMs), openMs);
        // A period without any base candle has no candle: the venue was silent.
        if (candle === undefined) continue;
        ring.push(candle);
        isChanged = true;
      }
      return isChanged;
    },
  };
}
