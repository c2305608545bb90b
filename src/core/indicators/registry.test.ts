/** The contract every indicator of the registry keeps. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { type IndicatorValue, lastValueOf, valuesOf } from './indicator.ts';
import { INDICATORS, type IndicatorName, createIndicator } from './registry.ts';

const NAMES = Object.keys(INDICATORS) as IndicatorName[];

/** Candles that follow each other, with steps and volumes from fast-check. */
const series = fc
  .array(
    fc.record({
      step: fc.integer({ min: -50, max: 50 }),
      up: fc.integer({ min: 0, max: 20 }),
      down: fc.integer({ min: 0, max: 20 }),
      volume: fc.integer({ min: 0, max: 1_000 }),
    }),
    { minLength: 120, maxLength: 160 },
  )
  .map((steps) => {
    let close = 10_000;
    return steps.map(({ step, up, down, volume }, index): Candle => {
      const open = close;
      close = Math.max(1_000, close + step);
      const high = Math.max(open, close) + up;
      const low = Math.min(open, close) - down;
      return { openMs: index * 60_000, open, high, low, close, volume };
    });
  });

const moving: Candle[] = Array.from({ length: 200 }, (_, index) => {
  const open = 100 + 5 * Math.sin(index / 7) + index / 50;
  const close = 100 + 5 * Math.sin((index + 1) / 7) + (index + 1) / 50;
  const high = Math.max(open, close) + 0.5;
  const low = Math.min(open, close) - 0.5;
  return { openMs: index * 60_000, open, high, low, close, volume: 10 + (index % 7) };
});

const flat: Candle[] = moving.map(({ openMs }) => ({
  openMs,
  open: 5,
  high: 5,
  low: 5,
  close: 5,
  volume: 0,
}));

function create(name: IndicatorName) {
  return createIndicator<IndicatorName>(name, {});
}

describe.each(NAMES)('indicator %s', (name) => {
  test('has its first value exactly after the warm-up', () => {
    const indicator = create(name);

    const values = valuesOf<IndicatorValue>(indicator, moving);

    const first = values.findIndex((value) => value !== undefined);
    expect(first).toBe(indicator.warmUp - 1);
    expect(values.slice(first)).not.toContain(undefined);
  });

  test('gives a candle the same value whatever came to be known later', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 60, max: 119 }), (candles, at) => {
        const streamed = valuesOf<IndicatorValue>(create(name), candles);

        const alone = lastValueOf<IndicatorValue>(create(name), candles.slice(0, at + 1));

        expect(alone).toEqual(streamed[at]);
      }),
      { numRuns: 20 },
    );
  });

  test('survives a candle with a number that is not one', () => {
    const broken = { ...(moving[50] as Candle), close: Number.NaN };
    const clean = valuesOf<IndicatorValue>(create(name), moving);

    const values = valuesOf<IndicatorValue>(create(name), [
      ...moving.slice(0, 50),
      broken,
      ...moving.slice(50),
    ]);

    expect(values[50]).toBeUndefined();
    expect(values.at(-1)).toEqual(clean.at(-1));
  });

  test('recovers from a start without movement', () => {
    const values = valuesOf<IndicatorValue>(create(name), [...flat, ...moving]);

    expect(values.at(-1)).toBeDefined();
  });
});

describe('a series that stands still', () => {
  test.each([
    ['rsi', 50],
    ['stochastic', { k: 50, d: 50 }],
    ['williams_r', -50],
    ['cci', 0],
    ['mfi', 50],
    ['roc', 0],
    ['adx', { adx: 0, plus: 0, minus: 0 }],
    ['atr', 0],
    ['cmf', 0],
  ] as const)('leaves %s neutral', (name, neutral) => {
    expect(lastValueOf<IndicatorValue>(create(name), flat)).toEqual(neutral);
  });

  test('makes RSI neutral again after a rise', () => {
    const rising = moving.map((candle, index) => ({ ...candle, close: 100 + index }));
    const still = rising.slice(0, 15).map((candle) => ({ ...candle, close: 299 }));

    const values = valuesOf(createIndicator('rsi', {}), [...rising, ...still]);

    expect(values[199], 'a pure rise').toBe(100);
    expect(values.at(-1), 'no change in the last 14 candles').toBe(50);
  });
});

test('refuses params that make no sense', () => {
  expect(() => createIndicator('rsi', { interval: 0 })).toThrow(/interval/);
  expect(() => createIndicator('macd', { fast: 26, slow: 12 })).toThrow(/fast must be below slow/);
});
