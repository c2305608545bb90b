import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { windowAt } from './shape.ts';

/** Twelve candles; number n has a body of n, and shadows of n above and 2n below it. */
const candles: Candle[] = Array.from({ length: 12 }, (_, index) => {
  const n = index + 1;
  return { openMs: index, open: 50, close: 50 + n, high: 50 + 2 * n, low: 50 - 2 * n, volume: 1 };
});

describe('what a setting means for a candle', () => {
  // The last candle is number 12: its ten predecessors are 2 to 11, mean 6.5; its five 7 to 11.
  test.each([
    ['bodyLong', 0, 6.5],
    ['bodyShort', 1, 5.5],
    ['bodyDoji', 0, 0.1 * 4 * 6.5],
    ['shadowVeryShort', 0, 0.1 * 4 * 6.5],
    ['near', 0, 0.2 * 4 * 9],
    ['far', 1, 0.6 * 4 * 8],
    ['equal', 0, 0.05 * 4 * 9],
    ['shadowLong', 0, 12],
  ] as const)('%s at age %d leaves the candle itself out of the average', (name, age, limit) => {
    expect(windowAt(candles).limit(name, age)).toBeCloseTo(limit, 10);
  });

  test('refuses to look past its candles', () => {
    expect(() => windowAt(candles).limit('bodyLong', 3)).toThrow(RangeError);
  });
});
