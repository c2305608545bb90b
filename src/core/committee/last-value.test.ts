import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastValueOf } from '#core/indicators/indicator.ts';
import { INDICATORS, type IndicatorName, createIndicator } from '#core/indicators/registry.ts';
import type { Candle } from '#core/model/candle.ts';
import { lastIndicator } from './last-value.ts';

const price = fc.double({ min: 1, max: 1_000, noNaN: true });
const series = fc.array(price, { minLength: 1, maxLength: 120, size: 'max' }).map((closes) =>
  closes.map((close, index): Candle => {
    const open = closes[index - 1] ?? close;
    const [low, high] = [Math.min(open, close), Math.max(open, close)];
    // A candle with a number that is not finite is not fed to any indicator.
    const volume = index === closes.length - 5 && close < 300 ? Number.NaN : 1 + (index % 3);
    return { openMs: index * 60_000, open, high, low, close, volume };
  }),
);
const names = Object.keys(INDICATORS) as IndicatorName[];

describe('the last value of an indicator', () => {
  test('is what a fresh indicator says, however often it is asked and of whatever', () => {
    fc.assert(
      fc.property(series, fc.constantFrom(...names), fc.constantFrom(...names), (of, one, two) => {
        for (const name of [one, two, one]) {
          const fresh = lastValueOf(createIndicator<IndicatorName>(name, {}), of);

          expect(lastIndicator<IndicatorName>(name, {}, of)).toEqual(fresh);
        }
      }),
    );
  });

  test('tells the params apart', () => {
    const candles = Array.from({ length: 40 }, (_, index): Candle => {
      const close = 100 + index;
      return { openMs: index, open: close, high: close, low: close, close, volume: 1 };
    });

    expect(lastIndicator('sma', { interval: 2 }, candles)).toBe(138.5);
    expect(lastIndicator('sma', { interval: 4 }, candles)).toBe(137.5);
  });

  test('is reckoned anew when the series has grown', () => {
    const candles: Candle[] = [10, 20].map((close, index) => {
      return { openMs: index, open: close, high: close, low: close, close, volume: 1 };
    });
    const before = lastIndicator('sma', { interval: 2 }, candles);
    candles.push({ openMs: 2, open: 40, high: 40, low: 40, close: 40, volume: 1 });

    const after = lastIndicator('sma', { interval: 2 }, candles);

    expect([before, after]).toEqual([15, 30]);
  });
});
