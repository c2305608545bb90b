import { expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { windowOf } from './read-candles.ts';

function candles(count: number): Candle[] {
  return Array.from({ length: count }, (_, openMs) => {
    return { openMs, open: 1, high: 1, low: 1, close: 1, volume: 1 };
  });
}

test('a window holds the last candles and is the same array for the same series', () => {
  const window = windowOf(3);
  const series = candles(5);

  expect(window(series)).toEqual(series.slice(2));
  expect(window(series)).toBe(window(series));
  expect(window(candles(2))).toHaveLength(2);
  expect(window([...series, ...candles(1)])).not.toBe(window(series));
});
