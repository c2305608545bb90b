import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EquitySample, performance } from './performance.ts';

const DAY_MS = 86_400_000;
const daily = (values: readonly number[], positions = 0): EquitySample[] =>
  values.map((equity, day) => ({ atMs: day * DAY_MS, equity, positions }));
const of = (equity: readonly EquitySample[], profits: readonly number[] = []) =>
  performance({ equity, profits, feesQuote: 0 });

describe('performance', () => {
  it('is unknown without two points and without trades', () => {
    for (const equity of [[], daily([100])]) {
      expect(of(equity)).toEqual({
        returnFraction: undefined,
        sharpe: undefined,
        sortino: undefined,
        maxDrawdownFraction: undefined,
        exposureFraction: undefined,
        trades: 0,
        winRate: undefined,
        profitFactor: undefined,
        expectancyQuote: undefined,
        feesQuote: 0,
        periodMs: undefined,
      });
    }
  });

  it('computes return and ratios as by hand', () => {
    // Ten daily returns, +2 % and -1 % in turn: mean 0.005, sample deviation 0.0158114,
    // downside deviation sqrt(5 x 0.0001 / 10) = 0.0070711; times sqrt(365).
    const values = [100];
    for (let day = 0; day < 10; day += 1) {
      values.push((values.at(-1) ?? 0) * (day % 2 === 0 ? 1.02 : 0.99));
    }
    const result = of(daily(values));

    expect(result.periodMs).toBe(DAY_MS);
    expect(result.returnFraction).toBeCloseTo(1.02 ** 5 * 0.99 ** 5 - 1, 12);
    expect(result.sharpe).toBeCloseTo((0.005 / 0.0158113883) * Math.sqrt(365), 6);
    expect(result.sortino).toBeCloseTo((0.005 / 0.00707106781) * Math.sqrt(365), 6);
    expect(result.maxDrawdownFraction).toBeCloseTo(0.01, 12);
  });

  it('has no ratio where nothing varies or nothing fell', () => {
    expect(of(daily(Array.from({ length: 20 }, () => 100))).sharpe).toBeUndefined();
    const rising = Array.from({ length: 20 }, (_, day) => 100 + day * day);
    expect(of(daily(rising)).sortino).toBeUndefined();
    expect(of(daily(rising)).maxDrawdownFraction).toBe(0);
  });

  it('takes the last equity of each period and repeats it through gaps', () => {
    const noisy = [
      { atMs: 0, equity: 100, positions: 0 },
      { atMs: 1, equity: 55, positions: 0 },
      { atMs: 2, equity: 100, positions: 0 },
      { atMs: 20 * DAY_MS, equity: 110, positions: 0 },
    ];
    const gap = [...Array.from({ length: 20 }, () => 100), 110];

    expect(of(noisy).sharpe).toBeCloseTo(of(daily(gap)).sharpe ?? 0, 12);
    expect(of(noisy).maxDrawdownFraction).toBe(0.45);
  });

  it('measures the deepest fall from a peak', () => {
    expect(of(daily([100, 120, 90, 130, 117])).maxDrawdownFraction).toBe(0.25);
  });

  it('weighs exposure by time', () => {
    const equity = [
      { atMs: 0, equity: 100, positions: 50 },
      { atMs: 1_000, equity: 100, positions: 0 },
      { atMs: 4_000, equity: 100, positions: 100 },
    ];

    expect(of(equity).exposureFraction).toBe(0.125);
  });

  it('sums up closed trades', () => {
    const result = performance({ equity: [], profits: [30, -10, 20, -5, 0], feesQuote: 7 });

    expect(result).toMatchObject({
      trades: 5,
      winRate: 0.4,
      expectancyQuote: 7,
      feesQuote: 7,
    });
    expect(result.profitFactor).toBeCloseTo(50 / 15, 12);
    expect(of([], [5]).profitFactor).toBeUndefined();
  });

  it('is never infinite or not a number, and a drawdown is a fraction', () => {
    const value = fc.integer({ min: 0, max: 1e15 }).map((units) => units / 1e8);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), fc.array(value), (values, profits) => {
        const result = of(
          daily(values),
          profits.map((profit) => profit - 5e6),
        );
        for (const figure of Object.values(result)) {
          expect(figure === undefined || Number.isFinite(figure)).toBe(true);
        }
        expect(result.maxDrawdownFraction ?? 0).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('does not depend on the size of the account', () => {
    const value = fc.double({ min: 1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 3, maxLength: 40 }), (values) => {
        const small = of(daily(values));
        const large = of(daily(values.map((equity) => equity * 8)));
        expect(large.sharpe ?? 0).toBeCloseTo(small.sharpe ?? 0, 6);
        expect(large.maxDrawdownFraction ?? 0).toBeCloseTo(small.maxDrawdownFraction ?? 0, 9);
      }),
    );
  });
});
