import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { STORM_CANDLES } from './config.ts';
import { regimeFactor, regimeOf } from './regime.ts';

/** Candles around 100, the last `stormy` of them with ranges `factor` times as wide. */
function candles(stormy: number, factor: number, length = 200): Candle[] {
  return Array.from({ length }, (_, index) => {
    const half = 0.1 * (index >= length - stormy ? factor : 1);
    const close = 100 + (index % 2 === 0 ? 0.02 : -0.02);
    return {
      openMs: index * 60_000,
      open: 100,
      high: 100 + half,
      low: 100 - half,
      close,
      volume: 1,
    };
  });
}

describe('the regime', () => {
  test('is calm while ranges are as always', () => {
    const regime = regimeOf(candles(0, 1));

    expect(regime.expansion).toBeCloseTo(1, 6);
    expect(regime.storm).toBe(0);
    expect(regime.kind).toBe('range');
  });

  test('is a storm when ranges grow far beyond the usual', () => {
    const rising = [1, 2, 4, 8].map((factor) => regimeOf(candles(10, factor)).storm);

    expect(rising[0]).toBe(0);
    expect(rising[2]).toBeGreaterThan(0);
    expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    expect(rising[3]).toBe(1);
  });

  test('is no storm while history is too short to know the usual', () => {
    expect(regimeOf(candles(10, 8, 80)).storm).toBe(0);
    expect(regimeOf(candles(0, 1, 10)).kind).toBe('unknown');
  });

  test('asks for the whole caution of a storm while too few candles tell of one', () => {
    const cautions = [10, 80, STORM_CANDLES - 1].map(
      (length) => regimeOf(candles(0, 1, length)).caution,
    );

    expect(cautions).toEqual([1, 1, 1]);
    expect(regimeOf(candles(0, 1, STORM_CANDLES)).caution).toBe(0);
    expect(regimeOf(candles(10, 8)).caution).toBe(regimeOf(candles(10, 8)).storm);
  });

  test('in a storm a bet on the way back counts less, whoever follows the trend as before', () => {
    const calm = regimeOf(candles(0, 1));
    const storm = { ...calm, storm: 1 };

    expect(regimeFactor(storm, 'reversion', 0.5)).toBeCloseTo(
      0.5 * regimeFactor(calm, 'reversion', 0.5),
      12,
    );
    expect(regimeFactor(storm, 'trend', 0.5)).toBe(regimeFactor(calm, 'trend', 0.5));
    expect(regimeFactor(storm, 'neutral', 0.5)).toBe(1);
  });

  test('never turns a weight negative', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const lean = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, lean, unit, (storm, side, adaptation) => {
        const regime = {
          kind: 'mixed',
          adx: 25,
          lean: side,
          expansion: 2,
          storm,
          caution: storm,
        } as const;
        for (const leaning of ['trend', 'reversion', 'neutral'] as const) {
          const factor = regimeFactor(regime, leaning, adaptation);
          expect(factor).toBeGreaterThanOrEqual(0);
          expect(factor).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});
