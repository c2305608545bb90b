/** Value at risk and its backtests: published values, and the same figures by another way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#platform/random.ts';
import { cornishFisher } from './cornish-fisher.ts';
import { mean, shape, standardDeviation } from './moments.ts';
import { chiSquareTail, normalProbability, normalQuantile } from './normal.ts';
import {
  filteredMonteCarloVar,
  historicalVar,
  parametricVar,
  weightedHistoricalVar,
} from './value-at-risk.ts';
import { christoffersen, kupiec, trafficLight } from './var-backtest.ts';

const random = seededRandom('tail risk');
const NORMAL = Array.from({ length: 4_000 }, () => 0.02 * random.normal());
/** Two parts calm, one part storm: fat tails without any skew on purpose. */
const FAT = Array.from({ length: 4_000 }, (_, t) => (t % 3 === 0 ? 0.05 : 0.01) * random.normal());

describe('the normal distribution', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963985],
    [0.99, 2.326347874],
    [0.999, 3.090232306],
    [0.001, -3.090232306],
  ])('has its quantile of %f at %f (any table)', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 7);
    expect(normalProbability(z)).toBeCloseTo(p, 6);
  });

  it.each([
    [3.841, 1, 0.05],
    [6.635, 1, 0.01],
    [5.991, 2, 0.05],
    [9.21, 2, 0.01],
  ] as const)(
    'and chi-square its tail beyond %f with %i degrees (any table)',
    (x, degrees, tail) => {
      expect(chiSquareTail(x, degrees)).toBeCloseTo(tail, 4);
    },
  );
});

describe('value at risk', () => {
  it('of a normal sample is 2.326 deviations, its shortfall 2.665 (Hull, ch. 12)', () => {
    const deviation = standardDeviation(NORMAL);
    for (const risk of [historicalVar(NORMAL), parametricVar(NORMAL)]) {
      expect(risk.valueAtRisk / deviation).toBeCloseTo(2.326, 0);
      expect(risk.expectedShortfall / deviation).toBeCloseTo(2.665, 0);
    }
  });

  it('is the worst but four of five hundred losses, near enough (Hull: the fifth worst)', () => {
    const returns = Array.from({ length: 501 }, (_, t) => (t - 450) / 1_000);

    const { valueAtRisk, expectedShortfall } = historicalVar(returns);

    // Sorted, place 5 of 0..500; beyond it the mean of the six worst.
    expect(valueAtRisk).toBeCloseTo(0.445, 12);
    expect(expectedShortfall).toBeCloseTo(mean([0.45, 0.449, 0.448, 0.447, 0.446, 0.445]), 12);
  });

  it('by Cornish and Fisher is that of a distribution with the moments of the sample', () => {
    const { skewness, excessKurtosis } = shape(FAT);
    const { quantileOf, meanBelow } = cornishFisher({ skewness, excessKurtosis });
    // Its quantiles at equal steps are a sample of it; the midpoints leave out little of the tails.
    const steps = 200_000;
    const drawn = Array.from({ length: steps }, (_, i) =>
      quantileOf(normalQuantile((i + 0.5) / steps)),
    );

    expect(mean(drawn)).toBeCloseTo(0, 6);
    expect(standardDeviation(drawn)).toBeCloseTo(1, 3);
    expect(shape(drawn).skewness).toBeCloseTo(skewness, 2);
    expect(shape(drawn).excessKurtosis / excessKurtosis).toBeCloseTo(1, 1);
    expect(mean(drawn.slice(0, steps / 100))).toBeCloseTo(meanBelow(normalQuantile(0.01)), 3);
    const fat = parametricVar(FAT);
    expect(fat.isCornishFisher).toBe(true);
    expect(fat.valueAtRisk / historicalVar(FAT).valueAtRisk).toBeCloseTo(1, 0);
  });

  it.each([0.5, 3, 10, 25, 40])(
    'by Cornish and Fisher has a kurtosis of %f when told to (closed form of Maillard 2012)',
    (excessKurtosis) => {
      const { quantileOf, usedFraction } = cornishFisher({ skewness: 0, excessKurtosis });
      // Without skewness it is z + (z3-3z)k/24 over a scale: z alone at the root of 3, and k from 3.
      const scale = Math.sqrt(3) / quantileOf(Math.sqrt(3));
      const k = (scale * quantileOf(3) - 3) / 0.75;
      const fourth = 3 + k + (7 * k ** 2) / 16 + (3 * k ** 3) / 32 + (31 * k ** 4) / 3_072;

      expect(usedFraction).toBe(1);
      expect(scale ** 2).toBeCloseTo(1 + k ** 2 / 96, 8);
      expect(fourth / scale ** 4 - 3).toBeCloseTo(excessKurtosis, 6);
    },
  );

  it('keeps as fat a tail as the expansion can carry where it would not rise, and says so', () => {
    // One return in a hundred is a crash: skewness -9.8, far outside of the domain.
    const crashes = Array.from({ length: 500 }, (_, t) => (t % 100 === 0 ? -0.5 : 0.001 * (t % 2)));

    const risk = parametricVar(crashes);
    const normal = -(mean(crashes) - 2.326348 * standardDeviation(crashes));

    expect(risk.isCornishFisher).toBe(false);
    expect(risk.usedFraction).toBeGreaterThan(0);
    expect(risk.usedFraction).toBeLessThan(1);
    expect(risk.valueAtRisk).toBeGreaterThan(1.2 * normal);
  });

  it('is the normal one for thin tails with a skew, which no share of the expansion describes', () => {
    const thin = [
      ...Array.from({ length: 60 }, () => 0.01),
      ...Array.from({ length: 40 }, () => -0.01),
    ];

    const risk = parametricVar(thin);

    expect(risk.usedFraction).toBe(0);
    expect(risk.valueAtRisk).toBeCloseTo(-(mean(thin) - 2.326348 * standardDeviation(thin)), 6);
  });

  it('by Cornish and Fisher never falls as the confidence rises, whatever the sample', () => {
    const returns = fc.array(fc.double({ min: -0.9, max: 2, noNaN: true }), {
      minLength: 3,
      maxLength: 60,
    });
    fc.assert(
      fc.property(returns, (given) => {
        if (!(standardDeviation(given) > 1e-6)) return;
        const levels = [0.9, 0.95, 0.975, 0.99, 0.995, 0.999].map(
          (confidence) => parametricVar(given, confidence).valueAtRisk,
        );
        levels.reduce((before, level) => {
          expect(level).toBeGreaterThanOrEqual(before - 1e-9);
          return level;
        });
      }),
    );
  });

  it("with weights by age is Hull's (four indices, lambda 0.995: 282,204 and 400,914)", () => {
    // The worst five of his 500 scenarios, in dollars on ten million; the rest lost less.
    const worst: Readonly<Record<number, number>> = {
      494: 477_841,
      339: 345_435,
      349: 282_204,
      329: 277_041,
      487: 253_385,
    };
    const returns = Array.from({ length: 500 }, (_, i) => -(worst[i + 1] ?? 1_000) / 10_000_000);

    const weighted = weightedHistoricalVar(returns, { lambda: 0.995 });
    const alike = weightedHistoricalVar(returns, { lambda: 1 });

    expect(Math.round(weighted.valueAtRisk * 10_000_000)).toBe(282_204);
    expect(Math.round(weighted.expectedShortfall * 10_000_000)).toBe(400_914);
    // Without weights the fifth worst, and the mean of the five.
    expect(Math.round(alike.valueAtRisk * 10_000_000)).toBe(253_385);
    expect(Math.round(alike.expectedShortfall * 10_000_000)).toBe(327_181);
  });

  it('by filtered simulation follows the volatility of now, and the seed', () => {
    const calmNow = [...FAT.slice(0, 600), ...NORMAL.slice(0, 300).map((value) => value / 10)];
    const stormNow = [...FAT.slice(0, 600), ...NORMAL.slice(0, 300).map((value) => value * 3)];
    const by = (returns: readonly number[], seed: number) =>
      filteredMonteCarloVar(returns, { random: seededRandom(seed) });

    expect(by(stormNow, 1).valueAtRisk).toBeGreaterThan(10 * by(calmNow, 1).valueAtRisk);
    expect(by(FAT, 5)).toEqual(by(FAT, 5));
    expect(by(NORMAL, 1).valueAtRisk / by(NORMAL, 2).valueAtRisk).toBeCloseTo(1, 0);
  });

  it('is never below zero, and its shortfall never below it', () => {
    const returns = fc.array(fc.double({ min: -0.9, max: 2, noNaN: true }), {
      minLength: 2,
      maxLength: 80,
    });
    fc.assert(
      fc.property(
        returns,
        fc.double({ min: 0.8, max: 0.995, noNaN: true }),
        (given, confidence) => {
          const options = { random: seededRandom(1), draws: 200, confidence };
          for (const risk of [
            historicalVar(given, confidence),
            filteredMonteCarloVar(given, options),
          ]) {
            expect(risk.valueAtRisk).toBeGreaterThanOrEqual(0);
            expect(risk.expectedShortfall).toBeGreaterThanOrEqual(risk.valueAtRisk);
          }
        },
      ),
    );
  });

  it('doubles when every return doubles', () => {
    const returns = fc.array(fc.double({ min: -0.3, max: 0.3, noNaN: true }), {
      minLength: 30,
      maxLength: 60,
    });
    fc.assert(
      fc.property(returns, (given) => {
        const twice = given.map((value) => 2 * value);
        expect(historicalVar(twice).valueAtRisk).toBeCloseTo(
          2 * historicalVar(given).valueAtRisk,
          9,
        );
      }),
    );
  });
});

describe('backtests', () => {
  it('of Kupiec accept what his table accepts (1995: 255 days at 99 %, fewer than 7)', () => {
    const rejects = (breaches: number) =>
      kupiec({ observations: 255, breaches }, 0.01).pValue < 0.05;

    expect(Array.from({ length: 9 }, (_, breaches) => rejects(breaches))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('of Kupiec agree with the likelihoods written out', () => {
    const [n, x, rate] = [500, 9, 0.01];
    const right = (1 - rate) ** (n - x) * rate ** x;
    const seen = (1 - x / n) ** (n - x) * (x / n) ** x;

    expect(kupiec({ observations: n, breaches: x }, rate).statistic).toBeCloseTo(
      -2 * Math.log(right / seen),
      9,
    );
  });

  it('of Christoffersen see breaches that come together, and not those that do not', () => {
    const hits = (places: readonly number[]) =>
      Array.from({ length: 500 }, (_, t) => places.includes(t));

    const together = christoffersen(hits([100, 101, 102, 103, 104]), 0.01);
    const apart = christoffersen(hits([10, 110, 210, 310, 410]), 0.01);

    expect(together.independence.pValue).toBeLessThan(0.001);
    expect(apart.independence.pValue).toBeGreaterThan(0.5);
    // Both have the right number.
    expect(apart.conditional.pValue).toBeGreaterThan(0.5);
    expect(together.conditional.statistic).toBeCloseTo(
      together.independence.statistic + kupiec({ observations: 500, breaches: 5 }, 0.01).statistic,
      12,
    );
  });

  it('light as Basel does', () => {
    const light = (breaches: number) => trafficLight({ observations: 250, breaches });

    expect([4, 5, 9, 10].map(light)).toEqual(['green', 'yellow', 'yellow', 'red']);
  });
});
