import type { Candle } from '#core/model/candle.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import type { CandleSeries } from './candle-series.ts';
import { CANDLE_HEAP_BYTES } from './series-codec.ts';

/** Series kept in this process (L1), the least recently used going first. */
export interface SeriesShelf {
  /** Gives a series only when its last candle opens at `lastOpenMs`: never an older one. */
  take(key: string, lastOpenMs: number): CandleSeries | undefined;
  keep(key: string, series: CandleSeries): void;
  /**
   * Adds a candle to a series that ends just before it; any other is left as it is. Readers of the
   * series before keep what they have.
   */
  grow(key: string, candle: Candle): void;
  bytes(): number;
}

// Then the shared series is read again: bounds the length of a grown one, and how long a history that
// its owner loaded anew in other numbers goes unseen.
const GROWN_MAX = 240;

interface Entry {
  readonly series: CandleSeries;
  readonly bytes: number;
  /** Candles added here since it was read. */
  readonly grown: number;
}

export function seriesShelf(bytesMax: number): SeriesShelf {
  const shelf = new Map<string, Entry>();
  let bytes = 0;

  function drop(key: string): void {
    bytes -= shelf.get(key)?.bytes ?? 0;
    shelf.delete(key);
  }

  function put(key: string, series: CandleSeries, grown: number): void {
    drop(key);
    const entry = { series, bytes: series.candles.length * CANDLE_HEAP_BYTES, grown };
    if (entry.bytes > bytesMax) return;
    shelf.set(key, entry);
    bytes += entry.bytes;
    for (const oldest of shelf.keys()) {
      if (bytes <= bytesMax) break;
      drop(oldest);
    }
  }

  return {
    take: (key, lastOpenMs) => {
      const entry = shelf.get(key);
      if (entry?.series.candles.at(-1)?.openMs !== lastOpenMs) return undefined;
      shelf.delete(key);
      shelf.set(key, entry);
      return entry.series;
    },
    keep: (key, series) => put(key, series, 0),
    grow: (key, candle) => {
      const entry = shelf.get(key);
      if (entry === undefined || entry.grown >= GROWN_MAX) return;
      const { series, grown } = entry;
      const nextMs = (series.candles.at(-1)?.openMs ?? Number.NaN) + timeframeMs(series.timeframe);
      if (nextMs !== candle.openMs) return;
      put(key, { ...series, candles: [...series.candles, candle] }, grown + 1);
    },
    bytes: () => bytes,
  };
}
