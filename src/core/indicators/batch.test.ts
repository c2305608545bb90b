/** Streaming values against the definitions, computed over the whole series with plain loops. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { valuesOf } from './indicator.ts';
import { createIndicator } from './registry.ts';

const candles = fc
  .array(
    fc.record({
      close: fc.double({ min: 50, max: 150, noNaN: true }),
      up: fc.double({ min: 0.01, max: 5, noNaN: true }),
      down: fc.double({ min: 0.01, max: 5, noNaN: true }),
      volume: fc.double({ min: 1, max: 100, noNaN: true }),
    }),
    { minLength: 30, maxLength: 80 },
  )
  .map((rows) =>
    rows.map(({ close, up, down, volume }, index): Candle => {
      const open = rows[index - 1]?.close ?? close;
      const high = Math.max(open, close) + up;
      return { openMs: index, open, high, low: Math.min(open, close) - down, close, volume };
    }),
  );

const INTERVAL = 7;

function sameFrom(values: readonly unknown[], expected: readonly number[], from: number): void {
  for (let at = 0; at < values.length; at += 1) {
    if (at < from) expect(values[at], `value ${at} before the warm-up`).toBeUndefined();
    else expect(values[at], `value ${at}`).toBeCloseTo(expected[at] ?? Number.NaN, 6);
  }
}

function window<T>(rows: readonly T[], at: number, length = INTERVAL): readonly T[] {
  return rows.slice(Math.max(0, at - length + 1), at + 1);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function wilder(numbers: readonly number[], interval: number): number {
  return numbers
    .slice(interval)
    .reduce(
      (average, value) => average + (value - average) / interval,
      mean(numbers.slice(0, interval)),
    );
}

function trueRange(rows: readonly Candle[], at: number): number {
  const row = rows[at] as Candle;
  const previous = rows[at - 1]?.close ?? row.close;
  return Math.max(row.high, previous) - Math.min(row.low, previous);
}

function check(
  name: 'sma' | 'ema' | 'roc' | 'rsi' | 'atr' | 'momentum' | 'cmf' | 'williams_r' | 'cci',
  from: number,
  definition: (rows: readonly Candle[], at: number) => number,
): void {
  fc.assert(
    fc.property(candles, (rows) => {
      const values = valuesOf(createIndicator(name, { interval: INTERVAL }), rows);
      sameFrom(
        values,
        rows.map((_, at) => (at < from ? Number.NaN : definition(rows, at))),
        from,
      );
    }),
    { numRuns: 30 },
  );
}

describe('streaming equals the definition over the whole series', () => {
  const closes = (rows: readonly Candle[]): number[] => rows.map((row) => row.close);

  test('sma', () => check('sma', INTERVAL - 1, (rows, at) => mean(closes(window(rows, at)))));

  test('ema', () =>
    check('ema', INTERVAL - 1, (rows, at) =>
      closes(rows.slice(0, at + 1)).reduce(
        (average, close) => average + (2 / (INTERVAL + 1)) * (close - average),
      ),
    ));

  test('rsi', () =>
    check('rsi', INTERVAL, (rows, at) => {
      const changes = closes(rows.slice(0, at + 1))
        .map((close, i, all) => close - (all[i - 1] ?? close))
        .slice(1);
      const up = wilder(
        changes.map((change) => Math.max(change, 0)),
        INTERVAL,
      );
      const down = wilder(
        changes.map((change) => Math.max(-change, 0)),
        INTERVAL,
      );
      const isStill = window(changes, changes.length - 1).every((change) => change === 0);
      return isStill ? 50 : (100 * up) / (up + down);
    }));

  test('atr', () =>
    check('atr', INTERVAL - 1, (rows, at) =>
      wilder(
        rows.slice(0, at + 1).map((_, i) => trueRange(rows, i)),
        INTERVAL,
      ),
    ));

  test('roc and momentum', () => {
    const before = (rows: readonly Candle[], at: number): number => rows[at - INTERVAL]?.close ?? 0;
    check('roc', INTERVAL, (rows, at) => (rows[at]?.close ?? 0) / before(rows, at) - 1);
    check('momentum', INTERVAL, (rows, at) => (rows[at]?.close ?? 0) - before(rows, at));
  });

  test('cci', () =>
    check('cci', INTERVAL - 1, (rows, at) => {
      const typical = window(rows, at).map((row) => (row.high + row.low + row.close) / 3);
      const middle = mean(typical);
      const deviation = mean(typical.map((value) => Math.abs(value - middle)));
      return ((typical.at(-1) ?? 0) - middle) / (0.015 * deviation);
    }));

  test('cmf', () =>
    check('cmf', INTERVAL - 1, (rows, at) => {
      const rowsIn = window(rows, at);
      const flow = rowsIn.map(
        (row) => (row.volume * (2 * row.close - row.low - row.high)) / (row.high - row.low),
      );
      return mean(flow) / mean(rowsIn.map((row) => row.volume));
    }));

  test('williams_r', () =>
    check('williams_r', INTERVAL - 1, (rows, at) => {
      const high = Math.max(...window(rows, at).map((row) => row.high));
      const low = Math.min(...window(rows, at).map((row) => row.low));
      return (-100 * (high - (rows[at]?.close ?? 0))) / (high - low);
    }));

  test('bollinger, donchian and stochastic', () => {
    fc.assert(
      fc.property(candles, (rows) => {
        const at = rows.length - 1;
        const last = <V>(values: readonly V[]): V => values[at] as V;

        const bands = last(valuesOf(createIndicator('bollinger', { interval: INTERVAL }), rows));
        const channel = last(valuesOf(createIndicator('donchian', { interval: INTERVAL }), rows));
        const slow = last(valuesOf(createIndicator('stochastic', { k: INTERVAL }), rows));

        const inside = closes(window(rows, at));
        const spread = Math.sqrt(mean(inside.map((close) => (close - mean(inside)) ** 2)));
        expect(bands?.upper).toBeCloseTo(mean(inside) + 2 * spread, 6);
        expect(bands?.lower).toBeCloseTo(mean(inside) - 2 * spread, 6);
        expect(channel?.upper).toBe(Math.max(...window(rows, at).map((row) => row.high)));
        expect(channel?.lower).toBe(Math.min(...window(rows, at).map((row) => row.low)));
        const fast = [at - 2, at - 1, at].map((i) => {
          const high = Math.max(...window(rows, i).map((row) => row.high));
          const low = Math.min(...window(rows, i).map((row) => row.low));
          return (100 * ((rows[i]?.close ?? 0) - low)) / (high - low);
        });
        expect(slow?.k).toBeCloseTo(mean(fast), 6);
      }),
      { numRuns: 30 },
    );
  });

  test('obv', () => {
    fc.assert(
      fc.property(candles, (rows) => {
        const values = valuesOf(createIndicator('obv', {}), rows);
        let sum = 0;
        for (let at = 1; at < rows.length; at += 1) {
          sum +=
            Math.sign((rows[at]?.close ?? 0) - (rows[at - 1]?.close ?? 0)) *
            (rows[at]?.volume ?? 0);
          expect(values[at]).toBeCloseTo(sum, 6);
        }
      }),
      { numRuns: 30 },
    );
  });
});
