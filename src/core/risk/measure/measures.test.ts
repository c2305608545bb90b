/** Returns, volatility, correlation, performance: worked examples, and the same by another way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#platform/random.ts';
import { betaTo, daysToExit, hhi } from './concentration.ts';
import { correlationOf, covarianceOf, ewmaCovariance, ledoitWolf } from './correlation.ts';
import { quantile } from './moments.ts';
import { calmarRatio, drawdownOf, sharpeRatio, sortinoRatio } from './performance.ts';
import { alignedReturns, logReturns, simpleReturns } from './returns.ts';
import { annualise, ewmaPath, ewmaVolatility, realisedVolatility } from './volatility.ts';

const HOUR = 3_600_000;
const random = seededRandom('measures');
/** Three assets on one factor. */
const FACTOR = Array.from({ length: 400 }, () => 0.02 * random.normal());
const SERIES = [1, 0.8, 1.3].map((beta) =>
  FACTOR.map((market) => beta * market + 0.01 * random.normal()),
);

describe('returns', () => {
  it('are logs and fractions of one period', () => {
    expect(logReturns([100, 110, 99])).toEqual([Math.log(1.1), Math.log(0.9)]);
    expect(simpleReturns([100, 110, 99]).map((value) => value.toFixed(12))).toEqual([
      '0.100000000000',
      '-0.100000000000',
    ]);
    expect(logReturns([100])).toEqual([]);
  });

  it('beside each other leave out what one of them has not, on both sides of the hole', () => {
    const closes = (skip: number) =>
      [0, 1, 2, 3, 4]
        .filter((hour) => hour !== skip)
        .map((hour) => ({ openMs: hour * HOUR, close: 100 + hour }));

    const [whole = [], holed = []] = alignedReturns([closes(9), closes(2)], HOUR);

    expect(whole).toEqual([Math.log(101 / 100), Math.log(104 / 103)]);
    expect(holed).toEqual(whole);
  });

  it('begin again where a name comes back as something else', () => {
    const reused = [1, 0.00005, 8.5, 8.6].map((close, hour) => ({ openMs: hour * HOUR, close }));
    const other = [1, 1.1, 1.2, 1.3].map((close, hour) => ({ openMs: hour * HOUR, close }));

    expect(alignedReturns([reused, other], HOUR)).toEqual([
      [Math.log(8.6 / 8.5)],
      [Math.log(1.3 / 1.2)],
    ]);
  });
});

describe('a collapse', () => {
  it('stays in the returns, however deep', () => {
    const luna = [17, 1.1, 0.02, 0.03].map((close, day) => ({ openMs: day * HOUR, close }));

    expect(alignedReturns([luna], HOUR)).toEqual([
      [Math.log(1.1 / 17), Math.log(0.02 / 1.1), Math.log(0.03 / 0.02)],
    ]);
  });
});

describe('volatility', () => {
  it('by EWMA is the recursion of RiskMetrics written out', () => {
    const returns = [0.01, -0.02, 0.015];
    const start = (0.01 ** 2 + 0.02 ** 2 + 0.015 ** 2) / 3;
    const one = 0.94 * start + 0.06 * 0.01 ** 2;
    const two = 0.94 * one + 0.06 * 0.02 ** 2;
    const three = 0.94 * two + 0.06 * 0.015 ** 2;

    expect(ewmaVolatility(returns)).toBeCloseTo(Math.sqrt(three), 15);
    expect(ewmaPath(returns)[1]).toBeCloseTo(Math.sqrt(two), 15);
  });

  it('of one size is that size, whatever the decay', () => {
    const returns = Array.from({ length: 60 }, (_, t) => (t % 2 === 0 ? 0.02 : -0.02));

    expect(ewmaVolatility(returns)).toBeCloseTo(0.02, 12);
    expect(realisedVolatility(returns)).toBeCloseTo(0.02 * Math.sqrt(60 / 59), 12);
    expect(annualise(0.02, 365)).toBeCloseTo(0.3821, 4);
  });
});

describe('correlation', () => {
  it('is what sums of products without centring say', () => {
    const covariance = covarianceOf(SERIES);
    const n = FACTOR.length;
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    for (const [i, x] of SERIES.entries()) {
      for (const [j, y] of SERIES.entries()) {
        const products = x.map((value, t) => value * (y[t] ?? 0));
        const expected = (sum(products) - (sum(x) * sum(y)) / n) / (n - 1);
        expect(covariance[i]?.[j]).toBeCloseTo(expected, 12);
      }
    }
    expect(correlationOf(covariance)[0]?.[0]).toBe(1);
    expect(correlationOf(covariance)[0]?.[1]).toBeGreaterThan(0.5);
  });

  it('weighs recent periods more by EWMA', () => {
    const calm = Array.from({ length: 100 }, (_, t) => (t % 2 === 0 ? 0.01 : -0.01));
    const stormy = [...calm.slice(0, 90), ...calm.slice(90).map((value) => 5 * value)];

    expect(ewmaCovariance([calm])[0]?.[0]).toBeCloseTo(1e-4, 9);
    expect(ewmaCovariance([stormy])[0]?.[0]).toBeGreaterThan(8e-4);
  });

  it('shrunk (Ledoit and Wolf 2004) keeps the variances, and shrinks more with fewer periods', () => {
    // Far from one correlation for all, so the target is wrong and more periods say so.
    const apart = [1, 0.3, -0.9].map((beta) =>
      FACTOR.map((market) => beta * market + 0.01 * random.normal()),
    );
    const long = ledoitWolf(apart);
    const short = ledoitWolf(apart.map((values) => values.slice(0, 12)));

    expect(short.shrinkage).toBeGreaterThan(long.shrinkage);
    expect(long.shrinkage).toBeGreaterThanOrEqual(0);
    expect(short.shrinkage).toBeLessThanOrEqual(1);
    const sample = covarianceOf(apart);
    for (const place of [0, 1, 2]) {
      expect(long.covariance[place]?.[place]).toBeCloseTo(sample[place]?.[place] ?? 0, 12);
    }
  });

  it('shrunk is nearer to the truth than the sample, on average', () => {
    const truth = (i: number, j: number) => (i === j ? 4e-4 : 2e-4);
    let [shrunkError, sampleError] = [0, 0];
    for (let trial = 0; trial < 40; trial += 1) {
      const shared = Array.from({ length: 25 }, () => random.normal());
      const series = Array.from({ length: 8 }, () =>
        shared.map((common) => 0.02 * Math.SQRT1_2 * (common + random.normal())),
      );
      const error = (matrix: readonly (readonly number[])[]) =>
        matrix.reduce(
          (sum, row, i) =>
            sum + row.reduce((part, value, j) => part + (value - truth(i, j)) ** 2, 0),
          0,
        );
      shrunkError += error(ledoitWolf(series).covariance);
      sampleError += error(covarianceOf(series));
    }

    expect(shrunkError).toBeLessThan(sampleError);
  });
});

describe('performance', () => {
  it('has a drawdown from the peak, its length and where it stands', () => {
    expect(drawdownOf([100, 120, 90, 100, 130, 117])).toEqual({
      depth: 0.25,
      underwater: 1,
      now: 0.1,
      longest: 2,
      recovery: 2,
    });
    expect(drawdownOf([100, 120, 90, 100]).recovery).toBeUndefined();
    const none = { depth: 0, underwater: 0, now: 0, longest: 0, recovery: 0 };
    expect(drawdownOf([])).toEqual(none);
  });

  it('has ratios as they are defined', () => {
    const returns = [0.02, -0.01, 0.03, 0];
    // Mean 0.01, deviation sqrt(0.001 / 3); downside sqrt(0.0001 / 4).
    expect(sharpeRatio(returns, { periodsPerYear: 1 })).toBeCloseTo(
      0.01 / Math.sqrt(0.001 / 3),
      12,
    );
    expect(sortinoRatio(returns, { periodsPerYear: 4 })).toBeCloseTo((2 * 0.01) / 0.005, 12);
    expect(sharpeRatio([0.01, 0.01], { periodsPerYear: 365 })).toBeNaN();
    // Ten per cent in half a year, a tenth lost on the way.
    expect(calmarRatio([100, 90, 110], 4)).toBeCloseTo((1.1 ** 2 - 1) / 0.1, 12);
  });
});

describe('concentration, beta and liquidity', () => {
  it('are what their definitions say', () => {
    expect(hhi([1, 1, 1, 1])).toBe(0.25);
    expect(hhi([5, 0])).toBe(1);
    expect(hhi([])).toBe(0);
    expect(
      betaTo(
        FACTOR.map((value) => 2 * value),
        FACTOR,
      ),
    ).toBeCloseTo(2, 12);
    expect(daysToExit({ valueQuote: 300, dailyVolumeQuote: 1_000, participation: 0.1 })).toBe(3);
    expect(daysToExit({ valueQuote: 0, dailyVolumeQuote: 0, participation: 0.1 })).toBe(0);
    expect(daysToExit({ valueQuote: 1, dailyVolumeQuote: 0, participation: 0.1 })).toBe(Infinity);
  });

  it('of n alike is one n-th, and of anything between that and one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1 }),
        (given) => {
          expect(hhi(given)).toBeGreaterThanOrEqual(1 / given.length - 1e-12);
          expect(hhi(given)).toBeLessThanOrEqual(1 + 1e-12);
        },
      ),
    );
  });
});

describe('the quantile', () => {
  it('interpolates as R does by default', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([7], 0.01)).toBe(7);
  });
});
