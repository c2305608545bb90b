import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledoitWolf } from '#core/risk/measure/correlation.ts';
import { mean } from '#core/risk/measure/moments.ts';
import { seededRandom } from '#platform/random.ts';
import { bayesStein } from './expected-returns.ts';
import { optimise } from './optimise.ts';

/** Returns on a shared market; asset i has `drift(i)` on average. */
function market(
  seed: number,
  { assets, periods, drift }: { assets: number; periods: number; drift: (i: number) => number },
): number[][] {
  const random = seededRandom(seed);
  const common = Array.from({ length: periods }, () => 0.02 * random.normal());
  return Array.from({ length: assets }, (_, i) =>
    common.map((value) => drift(i) + (0.7 + 0.1 * i) * value + 0.015 * random.normal()),
  );
}

const errorOf = (estimate: readonly number[], truth: (i: number) => number): number =>
  estimate.reduce((sum, value, i) => sum + (value - truth(i)) ** 2, 0);

describe('expected returns', () => {
  it('of two assets are the formula by hand', () => {
    const series = [
      [0.02, -0.01, 0.03, 0],
      [-0.01, 0.02, 0, 0.01],
    ];
    const [[a, b], [, c]] = ledoitWolf(series).covariance as [[number, number], [number, number]];
    const [first, second] = series.map(mean) as [number, number];
    const grandMean = ((c - b) * first + (a - b) * second) / (a + c - 2 * b);
    const [x, y] = [first - grandMean, second - grandMean];
    const distance = (c * x * x - 2 * b * x * y + a * y * y) / (a * c - b * b);
    const shrinkage = 4 / (4 + 4 * distance);

    const found = bayesStein(series);

    expect(found.grandMean).toBeCloseTo(grandMean, 8);
    expect(found.shrinkage).toBeCloseTo(shrinkage, 6);
    expect(found.returns[0]).toBeCloseTo(grandMean + (1 - shrinkage) * x, 8);
  });

  it('are drawn to the mean of the portfolio with the least variance', () => {
    const series = market(3, { assets: 4, periods: 300, drift: (i) => 0.001 * i });
    const names = series.map((_, i) => `N${i}`);
    const least = optimise({
      // Wide enough that no weight is at its border here.
      limits: { names, weight: { min: 0, max: 1 }, invested: { min: 1, max: 1 } },
      covariance: ledoitWolf(series).covariance,
      expectedReturns: series.map(mean),
      objective: { kind: 'minimum-variance' },
    });
    if (least.kind === 'infeasible') throw new Error(least.reasons.join());

    expect(Math.min(...least.weights)).toBeGreaterThan(0);
    expect(bayesStein(series).grandMean).toBeCloseTo(least.expectedReturn, 6);
  });

  it('keep the order and the middle of the means, and come nearer to each other', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, assets) => {
        const series = market(seed, { assets, periods: 100, drift: () => 0 });
        const { returns, grandMean, shrinkage } = bayesStein(series);

        expect(shrinkage).toBeGreaterThan(0);
        expect(shrinkage).toBeLessThanOrEqual(1);
        series.map(mean).forEach((value, i) => {
          const expected = grandMean + (1 - shrinkage) * (value - grandMean);
          expect(returns[i]).toBeCloseTo(expected, 12);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('are nearer to the truth than the means, where the truth is one for all', () => {
    let better = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const series = market(seed, { assets: 8, periods: 120, drift: () => 0.001 });
      const drift = () => 0.001;
      const found = bayesStein(series);
      if (errorOf(found.returns, drift) < errorOf(series.map(mean), drift)) better += 1;
    }

    expect(better).toBeGreaterThan(50);
  });

  it('keep what the assets truly differ by, once there is enough to see it', () => {
    const drift = (i: number): number => 0.004 * i;
    const few = bayesStein(market(1, { assets: 5, periods: 30, drift }));
    const many = bayesStein(market(1, { assets: 5, periods: 3_000, drift }));

    expect(many.shrinkage).toBeLessThan(0.02);
    expect(many.shrinkage).toBeLessThan(few.shrinkage);
    expect(many.returns[4]).toBeCloseTo(drift(4), 2);
  });

  it('are defined for one asset, for twins and for one that never moves', () => {
    const [own = []] = market(1, { assets: 1, periods: 50, drift: () => 0 });
    const still = own.map(() => 0);

    expect(bayesStein([own]).returns[0]).toBeCloseTo(mean(own), 12);
    for (const series of [
      [own, own],
      [own, still],
      [still, still],
    ]) {
      const { returns, shrinkage } = bayesStein(series);
      expect(returns.every(Number.isFinite)).toBe(true);
      expect(shrinkage).toBeLessThanOrEqual(1);
    }
  });
});
