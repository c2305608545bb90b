import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import type { CandleSeries } from './candle-series.ts';
import { seriesShelf } from './series-shelf.ts';

/** Candles that are shared, and that are looked at. */
const RING = 12;
const WINDOW = 8;

function candleAt(index: number): Candle {
  return { openMs: index * 60_000, open: 1, high: 1, low: 1, close: 1, volume: 0 };
}

function series(count: number): CandleSeries {
  const candles = Array.from({ length: count }, (_, i) => candleAt(i));
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

  test('grows by the candle that follows and by no other', () => {
    const shelf = seriesShelf(1e6);
    const before = series(10);
    shelf.keep('a', before);

    shelf.grow('a', candleAt(9));
    shelf.grow('a', candleAt(11));
    shelf.grow('b', candleAt(0));
    shelf.grow('a', candleAt(10));

    expect(shelf.take('a', 10 * 60_000)).toEqual(series(11));
    expect(shelf.take('b', 0)).toBeUndefined();
    expect(before, 'a reader keeps what it was given').toEqual(series(10));
    expect(shelf.bytes()).toBe(11 * 128);
  });

  test('a series that has grown for long is read again', () => {
    const shelf = seriesShelf(1e6);
    shelf.keep('a', series(10));
    for (let at = 10; at < 1_000; at += 1) shelf.grow('a', candleAt(at));

    expect(shelf.take('a', 249 * 60_000)?.candles).toHaveLength(250);
    expect(shelf.take('a', 999 * 60_000)).toBeUndefined();
  });

  test('a window of a grown series is the window of the shared one', () => {
    const step = fc.record({
      // Candles without any trade at all are absent from the series.
      skip: fc.integer({ min: 0, max: 1 }),
      // Another worker may take the close.
      isOurs: fc.boolean(),
      close: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const shelf = seriesShelf(1e6);
        let shared: readonly Candle[] = series(4).candles;
        let at = 3;
        for (const { skip, isOurs, close } of steps) {
          at += 1 + skip;
          const candle = { ...candleAt(at), close };
          shared = [...shared, candle].slice(-RING);
          if (!isOurs) continue;
          shelf.grow('a', candle);
          const kept = shelf.take('a', candle.openMs);
          if (kept === undefined) shelf.keep('a', { ...series(0), candles: shared });
          else expect(kept.candles.slice(-WINDOW)).toEqual(shared.slice(-WINDOW));
        }
      }),
    );
  });
});
