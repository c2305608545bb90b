import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#platform/random.ts';
import {
  marginalCovariance,
  normalShortfall,
  normalVar,
  portfolioVariance,
  riskPicture,
  roomFor,
} from './portfolio-risk.ts';
import { choleskyRoot, fatTailLoss, shockLoss, togetherLoss } from './stress.ts';

const weights = fc.array(fc.double({ min: 0, max: 0.3, noNaN: true }), {
  minLength: 4,
  maxLength: 4,
});
const CORRELATION = [
  [1, 0.8, 0.6, 0.1],
  [0.8, 1, 0.7, 0],
  [0.6, 0.7, 1, -0.2],
  [0.1, 0, -0.2, 1],
];
const VOLATILITY = [0.03, 0.04, 0.06, 0.02];
const PICTURE = riskPicture(['BTC', 'ETH', 'SOL', 'TRX'], VOLATILITY, CORRELATION);

describe('the risk of a portfolio', () => {
  it('of two assets is the textbook formula (Markowitz 1952)', () => {
    const picture = riskPicture(
      ['A', 'B'],
      [0.2, 0.3],
      [
        [1, 0.5],
        [0.5, 1],
      ],
    );

    const variance = portfolioVariance(picture, Float64Array.of(0.6, 0.4));

    expect(variance).toBeCloseTo(
      0.6 ** 2 * 0.04 + 0.4 ** 2 * 0.09 + 2 * 0.24 * 0.2 * 0.3 * 0.5,
      15,
    );
  });

  it('is the sum of the parts that its assets have in it (Euler)', () => {
    fc.assert(
      fc.property(weights, (given) => {
        const held = Float64Array.from(given);
        const parts = given.reduce(
          (sum, weight, asset) => sum + weight * marginalCovariance(PICTURE, held, asset),
          0,
        );

        expect(parts).toBeCloseTo(portfolioVariance(PICTURE, held), 12);
      }),
    );
  });

  it('has room for exactly as much of an asset as brings it to the bound', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 3 }), (given, asset) => {
        const held = Float64Array.from(given);
        const bound = Math.sqrt(portfolioVariance(PICTURE, held)) + 0.005;

        const room = roomFor(PICTURE, held, { asset, deviationMax: bound });
        held[asset] = (held[asset] ?? 0) + room;

        expect(room).toBeGreaterThan(0);
        expect(Math.sqrt(portfolioVariance(PICTURE, held))).toBeCloseTo(bound, 9);
      }),
    );
  });

  it('has no room beyond the bound', () => {
    const held = Float64Array.of(0.3, 0.3, 0.3, 0);

    expect(roomFor(PICTURE, held, { asset: 0, deviationMax: 0.01 })).toBe(0);
  });

  it('means 2.326 deviations at 99 %, 2.665 beyond', () => {
    expect(normalVar(0.01)).toBeCloseTo(0.02326, 5);
    expect(normalShortfall(0.01)).toBeCloseTo(0.02665, 5);
  });
});

describe('stress', () => {
  const HOLDINGS = [
    { base: 'BTC', weight: 0.3 },
    { base: 'DOGE', weight: 0.1 },
  ];

  it('adds up what a day took from each', () => {
    const shock = { name: 'a day', returns: { BTC: -0.4 }, others: -0.5 };

    expect(shockLoss(HOLDINGS, shock)).toBeCloseTo(0.17, 12);
  });

  it('with all correlations one is the sum of the sigmas, and never more than the price', () => {
    const held = HOLDINGS.map((holding, place) => ({
      ...holding,
      volatility: [0.05, 0.3][place] ?? 0,
    }));

    expect(togetherLoss(held, 3)).toBeCloseTo(0.3 * 0.15 + 0.1 * 0.9, 12);
    expect(togetherLoss(held, 10)).toBeCloseTo(0.3 * 0.5 + 0.1, 12);
  });

  it('has a root whose square is the covariance, of a singular one too', () => {
    const covariance = CORRELATION.map((row, i) =>
      row.map((value, j) => value * (VOLATILITY[i] ?? 0) * (VOLATILITY[j] ?? 0)),
    );
    for (const given of [
      covariance,
      [
        [1, 1],
        [1, 1],
      ],
    ]) {
      const root = choleskyRoot(given);
      given.forEach((row, i) =>
        row.forEach((value, j) => {
          const square = (root[i] ?? []).reduce(
            (sum, part, k) => sum + part * (root[j]?.[k] ?? 0),
            0,
          );
          expect(square).toBeCloseTo(value, 12);
        }),
      );
    }
  });

  it('by fat tails loses more than a normal would, the same for the same seed', () => {
    const root = [[0.03]];
    const loss = (seed: number) =>
      fatTailLoss([1], { random: seededRandom(seed), root, draws: 20_000, confidence: 0.999 });

    expect(loss(1)).toEqual(loss(1));
    // Student t with three degrees, scaled: 10.21 / sqrt(3) = 5.9 deviations at 99.9 %, not 3.09.
    expect(loss(1).valueAtRisk / 0.03).toBeGreaterThan(4.5);
    expect(loss(1).valueAtRisk / 0.03).toBeLessThan(7.5);
    expect(loss(1).expectedShortfall).toBeGreaterThan(loss(1).valueAtRisk);
  });
});
