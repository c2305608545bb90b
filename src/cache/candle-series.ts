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
  /** Puts several at once: a reader sees all of them or none. */
  putAll(series: readonly CandleSeries[]): Promise<void>;
  /**
   * Gives the series as it was last put. With `closeMs`, the close an evaluation is about, a copy
   * kept in this process serves when its last candle is the last one closed by then. The caller
   * still checks the last candle: the shared series may be older or newer than the close.
   */
  get(pair: Pair, timeframe: Timeframe, closeMs?: number): Promise<CandleSeries | undefined>;
  /**
   * Adds the newest closed candle to the copy kept in this process if that ends just before it, so
   * that the next `get` of this close need not read the shared series. Closed candles do not
   * change: the copy ends as the shared series does, and may begin earlier.
   */
  grow(pair: Pair, timeframe: Timeframe, candle: Candle): void;
}
