import type { CandleSeries } from './candle-series.ts';

/** Series kept in this process (L1), the least recently used going first. */
export interface SeriesShelf {
  /** Gives a series only when its last candle opens at `lastOpenMs`: never an older one. */
  take(key: string, lastOpenMs: number): CandleSeries | undefined;
  keep(key: string, series: CandleSeries): void;
  bytes(): number;
}

// A candle as a V8 object with six numbers, five of them boxed doubles; measured at 110 to 130.
const CANDLE_BYTES = 128;

export function seriesShelf(bytesMax: number): SeriesShelf {
  const shelf = new Map<string, { readonly series: CandleSeries; readonly bytes: number }>();
  let bytes = 0;

  function drop(key: string): void {
    bytes -= shelf.get(key)?.bytes ?? 0;
    shelf.delete(key);
  }

  return {
    take: (key, lastOpenMs) => {
      const entry = shelf.get(key);
      if (entry?.series.candles.at(-1)?.openMs !== lastOpenMs) return undefined;
      shelf.delete(key);
      shelf.set(key, entry);
      return entry.series;
    },
    keep: (key, series) => {
      drop(key);
      const entry = { series, bytes: series.candles.length * CANDLE_BYTES };
      if (entry.bytes > bytesMax) return;
      shelf.set(key, entry);
      bytes += entry.bytes;
      for (const oldest of shelf.keys()) {
        if (bytes <= bytesMax) break;
        drop(oldest);
      }
    },
    bytes: () => bytes,
  };
}
