/** The optimiser: worked examples, limits, and proof of optimality without the solver. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledoitWolf } from '#core/risk/measure/correlation.ts';
import { seededRandom } from '#platform/random.ts';
import { greatestSum } from './greatest-sum.ts';
import { type AllocationLimits, contradictions, rangeOf } from './limits.ts';
import { type Allocated, type AllocationInput, optimise } from './optimise.ts';
import { riskParity } from './risk-parity.ts';

const NAMES = ['A', 'B', 'C', 'D', 'E'];
const ALL = { min: 0, max: 1 };
const WHOLE = { min: 1, max: 1 };

/** Maillard, Roncalli and Teiletche (2010), section 4: four assets in two correlated couples. */
const FOUR = {
  names: ['1', '2', '3', '4'],
  covariance: (() => {
    const deviations = [0.1, 0.2, 0.3, 0.4];
    const correlation = [
      [1, 0.8, 0, 0],
      [0.8, 1, 0, 0],
      [0, 0, 1, -0.5],
      [0, 0, -0.5, 1],
    ];
    return correlation.map((row, i) =>
      row.map((value, j) => value * (deviations[i] ?? 0) * (deviations[j] ?? 0)),
    );
  })(),
};

function limitsOf(given: Partial<AllocationLimits> = {}): AllocationLimits {
  return { names: NAMES, weight: ALL, invested: WHOLE, ...given };
}

function allocated(input: AllocationInput): Allocated {
  const found = optimise(input);
  if (found.kind === 'infeasible') throw new Error(found.reasons.join('; '));
  return found;
}

function places(values: readonly number[], digits: number): number[] {
  return values.map((value) => Number(value.toFixed(digits)));
}

interface Problem {
  readonly limits: AllocationLimits;
  readonly covariance: readonly (readonly number[])[];
  readonly expectedReturns: readonly number[];
}

/** As people write limits; between them the border of what is possible is met exactly, too. */
function hundredths(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max }).map((value) => value / 100);
}

/** Daily returns on a market, shrunk, with limits that may well contradict each other. */
const problems: fc.Arbitrary<Problem> = fc
  .record({
    seed: fc.integer(),
    size: fc.integer({ min: 2, max: 10 }),
    top: hundredths(5, 100),
    bottom: hundredths(0, 5),
    invested: fc.tuple(hundredths(0, 100), hundredths(0, 100)),
    sectorMax: hundredths(10, 100),
    sectorMin: hundredths(0, 20),
  })
  .map(({ seed, size, top, bottom, invested, sectorMax, sectorMin }) => {
    const random = seededRandom(seed);
    const market = Array.from({ length: 90 }, () => 0.03 * random.normal());
    const names = Array.from({ length: size }, (_, i) => `N${i}`);
    const series = names.map(() => {
      const beta = 0.5 + random.next();
      return market.map((value) => beta * value + 0.02 * random.normal());
    });
    const half = Math.ceil(size / 2);
    return {
      limits: {
        names,
        weight: { min: bottom, max: top },
        weights: { N0: { min: 0, max: top / 2 } },
        invested: { min: Math.min(...invested), max: Math.max(...invested) },
        sectors: [
          {
            name: 'even',
            members: names.slice(0, half),
            range: { min: sectorMin, max: sectorMax },
          },
        ],
      },
      covariance: ledoitWolf(series).covariance,
      expectedReturns: names.map(() => 0.002 * random.normal()),
    };
  });

function expectKept(limits: AllocationLimits, weights: readonly number[]): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  expect(total).toBeGreaterThan(limits.invested.min - 1e-6);
  expect(total).toBeLessThan(limits.invested.max + 1e-6);
  limits.names.forEach((name, i) => {
    expect(weights[i]).toBeGreaterThanOrEqual(rangeOf(limits, name).min);
    expect(weights[i]).toBeLessThanOrEqual(rangeOf(limits, name).max);
  });
  for (const { members, range } of limits.sectors ?? []) {
    const part = limits.names.reduce(
      (sum, name, i) => (members.includes(name) ? sum + (weights[i] ?? 0) : sum),
      0,
    );
    expect(part).toBeGreaterThan(range.min - 1e-6);
    expect(part).toBeLessThan(range.max + 1e-6);
  }
}

describe('the minimum variance', () => {
  it('of two assets is the closed form', () => {
    const [a, b, cross] = [0.04, 0.09, 0.006];
    const expected = (b - cross) / (a + b - 2 * cross);

    const { weights, volatility } = allocated({
      limits: limitsOf({ names: ['A', 'B'] }),
      covariance: [
        [a, cross],
        [cross, b],
      ],
      objective: { kind: 'minimum-variance' },
    });

    expect(weights[0]).toBeCloseTo(expected, 8);
    expect(volatility).toBeCloseTo(Math.sqrt((a * b - cross ** 2) / (a + b - 2 * cross)), 8);
  });

  it('of four assets is the published one (Maillard et al. 2010: 74.5, 0, 15.2, 10.3 %)', () => {
    const { weights } = allocated({
      limits: limitsOf({ names: FOUR.names }),
      covariance: FOUR.covariance,
      objective: { kind: 'minimum-variance' },
    });

    expect(places(weights, 3)).toEqual([0.745, 0, 0.152, 0.103]);
  });

  it('stays defined when two assets are one and the same', () => {
    const twin = [
      [0.04, 0.04, 0.01],
      [0.04, 0.04, 0.01],
      [0.01, 0.01, 0.09],
    ];
    const { weights, ridgeFraction } = allocated({
      limits: limitsOf({ names: ['A', 'twin', 'C'] }),
      covariance: twin,
      objective: { kind: 'minimum-variance' },
    });

    expect(ridgeFraction).toBeGreaterThan(0);
    expect(weights[0]).toBeCloseTo(weights[1] ?? 0, 4);
    expect(weights[2]).toBeCloseTo((0.04 - 0.01) / (0.04 + 0.09 - 0.02), 4);
  });
});

describe('an optimal portfolio', () => {
  it('keeps every limit, and no other within them is better', () => {
    let solved = 0;
    fc.assert(
      fc.property(problems, fc.double({ min: 0.5, max: 20, noNaN: true }), (problem, aversion) => {
        const { limits, covariance, expectedReturns } = problem;
        const found = optimise({ ...problem, objective: { kind: 'risk-aversion', aversion } });
        expect(found.kind).toBe(contradictions(limits).length > 0 ? 'infeasible' : 'allocated');
        if (found.kind === 'infeasible') return;
        solved += 1;
        expectKept(limits, found.weights);
        // The utility is concave: it is greatest where its gradient finds nothing better among all
        // portfolios within the limits, and that one is found without the solver.
        const gradient = covariance.map(
          (row, i) =>
            (expectedReturns[i] ?? 0) -
            aversion * row.reduce((sum, value, j) => sum + value * (found.weights[j] ?? 0), 0),
        );
        const here = gradient.reduce((sum, value, i) => sum + value * (found.weights[i] ?? 0), 0);
        const scale = aversion * (covariance[0]?.[0] ?? 1);
        expect((greatestSum(limits, gradient).sum - here) / scale).toBeLessThan(1e-5);
      }),
      { numRuns: 300 },
    );
    expect(solved).toBeGreaterThan(50);
  });

  it('with a target brings it, at no more risk than any mix of others that do', () => {
    fc.assert(
      fc.property(problems, fc.double({ min: 0, max: 1, noNaN: true }), (problem, part) => {
        const { limits, covariance, expectedReturns } = problem;
        if (contradictions(limits).length > 0) return;
        const best = greatestSum(limits, expectedReturns);
        const least = allocated({ ...problem, objective: { kind: 'minimum-variance' } });
        const returnFraction = least.expectedReturn + part * (best.sum - least.expectedReturn);
        const found = allocated({
          ...problem,
          objective: { kind: 'target-return', returnFraction },
        });

        expectKept(limits, found.weights);
        expect(found.expectedReturn).toBeGreaterThan(returnFraction - 1e-9);
        // A mix of the safest and the richest brings the target too.
        const mix = allocated({
          ...problem,
          limits: {
            ...limits,
            weights: Object.fromEntries(
              limits.names.map((name, i) => {
                const at = (1 - part) * (least.weights[i] ?? 0) + part * (best.weights[i] ?? 0);
                return [name, { min: at, max: at }];
              }),
            ),
            invested: { min: 0, max: 2 },
            sectors: [],
          },
          covariance,
          objective: { kind: 'minimum-variance' },
        });
        expect(found.volatility).toBeLessThan(mix.volatility + 1e-7);
      }),
      { numRuns: 100 },
    );
  });

  it('invests less the more risk is feared, and holds cash where it may', () => {
    const wealth = (aversion: number): number =>
      allocated({
        limits: limitsOf({ names: ['A', 'B'], invested: ALL }),
        covariance: [
          [0.0016, 0.0004],
          [0.0004, 0.0025],
        ],
        expectedReturns: [0.002, 0.001],
        objective: { kind: 'risk-aversion', aversion },
      }).cashFraction;

    expect(wealth(1)).toBeCloseTo(0, 6);
    expect(wealth(10)).toBeGreaterThan(0.8);
    // Unlimited, the portfolio is S^-1 mu / aversion (Merton 1969).
    const determinant = 0.0016 * 0.0025 - 0.0004 ** 2;
    const first = (0.0025 * 0.002 - 0.0004 * 0.001) / determinant / 10;
    const second = (0.0016 * 0.001 - 0.0004 * 0.002) / determinant / 10;
    expect(wealth(10)).toBeCloseTo(1 - first - second, 6);
  });
});

describe('limits that contradict each other', () => {
  it.each<[string, Partial<AllocationLimits>, string]>([
    [
      'too small weights',
      { weight: { min: 0, max: 0.1 } },
      '5 assets at 10 % at most sum to 50 %, but 100 % must be invested',
    ],
    [
      'too great least weights',
      { weight: { min: 0.3, max: 1 } },
      'the least weights sum to 150 %, but 100 % may be invested',
    ],
    [
      'a sector too small',
      {
        weight: { min: 0, max: 0.4 },
        sectors: [{ name: 'layer-1', members: ['A', 'B', 'C', 'D'], range: { min: 0, max: 0.5 } }],
      },
      'sector layer-1 at 50 % at most and E at 40 % at most sum to 90 %, but 100 % must be invested',
    ],
    [
      'a sector that cannot be filled',
      {
        weights: { A: { min: 0, max: 0.1 }, B: { min: 0, max: 0.05 } },
        sectors: [{ name: 'meme', members: ['A', 'B'], range: { min: 0.2, max: 0.5 } }],
      },
      '2 assets at their greatest weights sum to 15 %, but sector meme must have 20 % at least',
    ],
    [
      'members above their sector',
      {
        weight: { min: 0.2, max: 1 },
        sectors: [{ name: 'meme', members: ['A', 'B'], range: { min: 0, max: 0.3 } }],
      },
      'the least weights of 2 assets of sector meme sum to 40 %, but the sector may have 30 % at most',
    ],
    [
      'a range upside down',
      { weights: { C: { min: 0.3, max: 0.2 } } },
      'C must have 30 % at least and 20 % at most',
    ],
    ['nothing to buy', { names: [] }, 'no assets at all, but 100 % must be invested'],
    [
      'two sectors for one asset',
      {
        sectors: [
          { name: 'x', members: ['A'], range: ALL },
          { name: 'y', members: ['A', 'B'], range: ALL },
        ],
      },
      'A is in more than one sector',
    ],
  ])('are explained in words: %s', (_, given, reason) => {
    expect(contradictions(limitsOf(given))).toEqual([reason]);
  });

  it('are all there are: without one, greedy filling keeps every limit', () => {
    fc.assert(
      fc.property(problems, ({ limits, expectedReturns }) => {
        const { weights } = greatestSum(limits, expectedReturns);
        if (contradictions(limits).length === 0) expectKept(limits, weights);
        else expect(() => expectKept(limits, weights)).toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('and returns out of reach say what is in reach', () => {
    const found = optimise({
      limits: limitsOf({ weight: { min: 0, max: 0.25 } }),
      covariance: NAMES.map((_, i) => NAMES.map((__, j) => (i === j ? 0.04 : 0.01))),
      expectedReturns: [0.01, 0.02, 0.03, 0.04, 0.05],
      objective: { kind: 'target-return', returnFraction: 0.04 },
    });

    expect(found).toEqual({
      kind: 'infeasible',
      reasons: ['a return of 4 % is wanted, but within the limits 3.5 % is the most expected'],
    });
  });

  it('and figures that are not known are told by name', () => {
    const found = optimise({
      limits: limitsOf({ names: ['A', 'B'] }),
      covariance: [
        [0.04, Number.NaN],
        [Number.NaN, 0.04],
      ],
      expectedReturns: [0.01, Number.NaN],
      objective: { kind: 'risk-aversion', aversion: 0 },
    });

    expect(found).toEqual({
      kind: 'infeasible',
      reasons: [
        'the covariance of A, B is not known',
        'not every asset has an expected return',
        'a risk aversion of 0 is not above 0',
      ],
    });
  });
});

describe('risk parity', () => {
  it('of four assets is the published one (Maillard et al. 2010: 38.4, 19.2, 24.3, 18.2 %)', () => {
    const found = riskParity(FOUR);

    expect(found.kind === 'allocated' && places(found.weights, 3)).toEqual([
      0.384, 0.192, 0.243, 0.182,
    ]);
  });

  it('gives each asset its share of the risk, whatever the covariance', () => {
    fc.assert(
      fc.property(problems, fc.boolean(), ({ limits: { names }, covariance }, areAlike) => {
        const wanted = names.map((_, i) => (areAlike ? 1 : i + 1));
        const total = wanted.reduce((sum, share) => sum + share, 0);
        const found = riskParity({ names, covariance, budgets: wanted, investedFraction: 0.9 });
        if (found.kind === 'infeasible') throw new Error(found.reasons.join('; '));

        expect(found.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0.9, 10);
        found.contributions.forEach((share, i) =>
          expect(share).toBeCloseTo((wanted[i] ?? 0) / total, 8),
        );
        expect(Math.min(...found.weights)).toBeGreaterThan(0);
      }),
    );
  });

  it('lies between the minimum variance and equal weights in risk', () => {
    const found = riskParity(FOUR);
    const least = allocated({
      limits: limitsOf({ names: FOUR.names }),
      covariance: FOUR.covariance,
      objective: { kind: 'minimum-variance' },
    }).volatility;

    expect(found.kind === 'allocated' && found.volatility).toBeGreaterThan(least);
    expect(found.kind === 'allocated' && found.volatility).toBeLessThan(0.115);
  });

  it('says which asset cannot have a share', () => {
    const covariance = [
      [0.04, 0],
      [0, 0],
    ];
    expect(riskParity({ names: ['A', 'USDC'], covariance })).toEqual({
      kind: 'infeasible',
      reasons: ['USDC never moved: no weight gives it a share of the risk'],
    });
    expect(riskParity({ ...FOUR, budgets: [1, 0, 1, 1] })).toEqual({
      kind: 'infeasible',
      reasons: ['2 has no positive share of the risk'],
    });
  });
});
