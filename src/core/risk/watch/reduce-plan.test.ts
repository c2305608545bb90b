import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { normalVar, portfolioVariance, riskPicture } from '../measure/portfolio-risk.ts';
import { partsOf, reducePlan } from './reduce-plan.ts';
import type { CutBounds, HeldPosition } from './reduce-plan.ts';

const [BTC, ETH] = ['BTC/USDT', 'ETH/USDT'].map((text) => Pair.parse(text)) as [Pair, Pair];
const CORRELATION = [
  [1, 0.5],
  [0.5, 1],
];
const PICTURE = riskPicture([BTC, ETH], [0.05, 0.1], CORRELATION);

const ALL_READ: ReadonlySet<Pair> = new Set();

function plan(held: readonly HeldPosition[], bounds: Partial<CutBounds>, unread = ALL_READ) {
  return reducePlan(PICTURE, {
    held,
    bounds: { pairs: new Map(), ...bounds },
    riskOf: (weights) => normalVar(Math.sqrt(portfolioVariance(PICTURE, weights))),
    unread,
  });
}

const both = (days: readonly [number, number]): HeldPosition[] => [
  { pair: BTC, fraction: 0.3, daysToExit: days[0] },
  { pair: ETH, fraction: 0.3, daysToExit: days[1] },
];

describe('the plan to reduce', () => {
  it('is empty when nothing is too much', () => {
    expect(plan(both([0.1, 0.1]), { valueAtRisk: 0.5, exposure: 0.6 })).toEqual([]);
  });

  it.each([['valueAtRisk', 0.06] as const, ['exposure', 0.5] as const])(
    'of %s begins with what weighs most, and with what can be sold',
    (bound, most) => {
      expect(plan(both([0.1, 0.1]), { [bound]: most })[0]?.pair).toBe(ETH);
      expect(plan(both([0.1, 5]), { [bound]: most })[0]?.pair).toBe(BTC);
    },
  );

  it('cuts a pair to its own bound and leaves the others', () => {
    const pairs = new Map([[ETH, 0.16]]);

    expect(plan(both([0.1, 0.1]), { pairs })).toEqual([{ pair: ETH, share: 0.5 }]);
    expect(plan(both([0.1, 0.1]), { pairs: new Map([[BTC, 0]]) })).toEqual([
      { pair: BTC, share: 1 },
    ]);
  });

  it('sells no part that the venue would refuse', () => {
    const few = both([0.1, 0.1]).map((position) => ({ ...position, parts: 1 }));

    expect(plan(few, { exposure: 0.5 })).toEqual([{ pair: ETH, share: 1 }]);
    expect([100, 21, 12, 3, 0].map((valueQuote) => partsOf(valueQuote, 6))).toEqual([
      4, 3, 2, 1, 1,
    ]);
    expect(partsOf(12)).toBe(4);
  });

  it('sells what nobody trades last, but sells it', () => {
    const held = both([Infinity, 0.1]);

    expect(plan(held, { exposure: 0.3 })).toEqual([{ pair: ETH, share: 1 }]);
    expect(plan(held, { exposure: 0.1 })).toEqual([
      { pair: BTC, share: 0.75 },
      { pair: ETH, share: 1 },
    ]);
  });

  it('sells what cannot be read for the exposure and its own bound, never for a risk', () => {
    const held = both([0.1, 0.1]);
    const unread = new Set([ETH]);

    expect(plan(held, { valueAtRisk: 0 }, unread)).toEqual([{ pair: BTC, share: 1 }]);
    expect(plan(held, { exposure: 0.1 }, unread).map(({ pair }) => pair)).toEqual([BTC, ETH]);
    expect(plan(held, { pairs: new Map([[ETH, 0.15]]) }, unread)).toEqual([
      { pair: ETH, share: 0.5 },
    ]);
  });

  it('reaches a bound on what has not moved of late', () => {
    const still = riskPicture([BTC, ETH], [0, 0], CORRELATION);
    const riskOf = () => 0;
    const bounds = { exposure: 0.2, pairs: new Map() };

    const sales = reducePlan(still, { held: both([0.1, 0.1]), bounds, riskOf, unread: ALL_READ });

    expect(sales.reduce((sum, { share }) => sum + 0.3 * share, 0)).toBeCloseTo(0.45, 12);
  });

  it('sells nothing for a figure that is not a number', () => {
    const bounds = { valueAtRisk: 0.01, pairs: new Map() };
    const held = both([0.1, 0.1]);

    expect(
      reducePlan(PICTURE, { held, bounds, riskOf: () => Number.NaN, unread: ALL_READ }),
    ).toEqual([]);
  });

  it('keeps every bound, and sells no more than there is', () => {
    const fraction = fc.double({ min: 0, max: 0.6, noNaN: true });
    const most = fc.double({ min: 0, max: 0.3, noNaN: true });
    fc.assert(
      fc.property(fraction, fraction, fc.tuple(most, most, most), (btc, eth, bounds) => {
        const [valueAtRisk, exposure, ofBtc] = bounds;
        const held = [
          { pair: BTC, fraction: btc, daysToExit: 0.1 },
          { pair: ETH, fraction: eth, daysToExit: 0.2 },
        ];

        const sales = plan(held, { valueAtRisk, exposure, pairs: new Map([[BTC, ofBtc]]) });

        const left = held.map(({ pair, fraction: of }) => {
          const share = sales.find((sale) => sale.pair === pair)?.share ?? 0;
          expect(share).toBeLessThanOrEqual(1);
          return of * (1 - share);
        });
        const deviation = Math.sqrt(portfolioVariance(PICTURE, Float64Array.from(left)));
        expect(normalVar(deviation)).toBeLessThanOrEqual(valueAtRisk);
        expect((left[0] ?? 0) + (left[1] ?? 0)).toBeLessThanOrEqual(exposure);
        expect(left[0]).toBeLessThanOrEqual(ofBtc);
      }),
    );
  });
});
