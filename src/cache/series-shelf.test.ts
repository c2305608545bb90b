import { describe, expect, test } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import type { CandleSeries } from './candle-series.ts';
import { seriesShelf } from './series-shelf.ts';

function series(count: number): CandleSeries {
  const candles = Array.from({ length: count }, (_, i) => ({
    openMs: i * 60_000,
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    volume: 0,
  }));
  return { pair: Pair.parse('BTC/USDT'), timeframe: '1m', candles };
}

describe('series shelf', () => {
  test('serves only the close that was asked for', () => {
    const shelf = seriesShelf(1e6);
    shelf.keep('a', series(10));

    expect(shelf.take('a', 9 * 60_000)?.candles).toHaveLength(10);
    expect(shelf.take('a', 10 * 60_000), 'older than asked').toBeUndefined();
    expect(shelf.take('a', 8 * 60_000), 'newer than asked').toBeUndefined();
    expect(shelf.take('b', 9 * 60_000)).toBeUndefined();
  });

  test('stays within its bytes and lets the least recently used go', () => {
    const shelf = seriesShelf(2_600);
    shelf.keep('a', series(10));
    shelf.keep('b', series(10));
    shelf.take('a', 9 * 60_000);
    shelf.keep('c', series(10));

    expect(shelf.bytes()).toBeLessThanOrEqual(2_600);
    expect(shelf.take('b', 9 * 60_000)).toBeUndefined();
    expect(shelf.take('a', 9 * 60_000)).toBeDefined();
    expect(shelf.take('c', 9 * 60_000)).toBeDefined();
  });

  test('a series larger than the whole shelf is not kept', () => {
    const shelf = seriesShelf(1_000);
    shelf.keep('a', series(5));
    shelf.keep('a', series(100));

    expect(shelf.take('a', 99 * 60_000)).toBeUndefined();
    expect(shelf.bytes()).toBe(0);
  });
});
