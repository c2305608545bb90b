import type { Candle } from '#core/model/candle.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';

/** The closed candles of one pair and timeframe as shared through Redis, oldest first. */
export interface CandleSeries {
  readonly pair: Pair;
  readonly timeframe: Timeframe;
  readonly candles: readonly Candle[];
}

/** Shared candle series: the data agent puts, anybody gets. */
export interface CandleCache {
  put(series: CandleSeries): Promise<void>;
  get(pair: Pair, timeframe: Timeframe): Promise<CandleSeries | undefined>;
}
