/** Book and trade flow: worked examples by hand, and what must hold for any. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BookLevel, bookFeatures } from './book-features.ts';
import { createTradeFlow } from './trade-flow.ts';

const gap = fc.double({ min: 1e-5, max: 1e-3, noNaN: true });
const notional = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const steps = fc.array(fc.tuple(gap, notional), { maxLength: 20 });

/** By notional, so that both sides of a book and of its mirror image about 100 weigh the same. */
function ladder(best: Step, further: readonly Step[], sign: 1 | -1): BookLevel[] {
  let distance = 0;
  return [best, ...further].map(([step, quote]) => {
    distance += step;
    const price = 100 * (1 + sign * distance);
    return [price, quote / price];
  });
}

type Step = readonly [gap: number, notional: number];

describe('book features', () => {
  test('of a book reckoned by hand', () => {
    const features = bookFeatures({
      bids: [
        [99.95, 3],
        [99.9, 10],
        [99, 1_000],
      ],
      asks: [
        [100.05, 1],
        [100.1, 10],
      ],
    });

    expect(features?.spreadFraction).toBeCloseTo(0.001, 12);
    // (99.95 * 1 + 100.05 * 3) / 4 = 100.025.
    expect(features?.micropriceFraction).toBeCloseTo(0.00025, 12);
    expect(features?.depthBidQuote).toBeCloseTo(99.95 * 3 + 999, 9);
    expect(features?.depthAskQuote).toBeCloseTo(100.05 + 1_001, 9);
    // Weights 0.75 at 0.05 % and 0.5 at 0.1 % of the mid; the bid at 1 % is too far.
    const below = 0.75 * 299.85 + 0.5 * 999;
    const above = 0.75 * 100.05 + 0.5 * 1_001;
    expect(features?.imbalance).toBeCloseTo((below - above) / (below + above), 9);
  });

  test.each([
    ['no bids', { bids: [], asks: [[1, 1]] }],
    ['no asks', { bids: [[1, 1]], asks: [] }],
    ['crossed', { bids: [[2, 1]], asks: [[1, 1]] }],
    ['nothing offered', { bids: [[1, 0]], asks: [[2, 1]] }],
  ] as { 0: string; 1: Parameters<typeof bookFeatures>[0] }[] as never[])(
    'of a book with %s are none',
    (_, book) => {
      expect(bookFeatures(book)).toBeUndefined();
    },
  );

  test('turn around when the book is turned around', () => {
    fc.assert(
      fc.property(gap, notional, notional, steps, steps, (half, bid, ask, below, above) => {
        const there = bookFeatures({
          bids: ladder([half, bid], below, -1),
          asks: ladder([half, ask], above, 1),
        });
        const back = bookFeatures({
          bids: ladder([half, ask], above, -1),
          asks: ladder([half, bid], below, 1),
        });

        expect(Math.abs(there?.imbalance ?? 9)).toBeLessThanOrEqual(1);
        expect((there?.imbalance ?? 9) + (back?.imbalance ?? 9)).toBeCloseTo(0, 6);
        expect(Math.abs(there?.micropriceFraction ?? 9)).toBeLessThanOrEqual(
          (there?.spreadFraction ?? 0) / 2 + 1e-12,
        );
      }),
    );
  });
});

describe('trade flow', () => {
  test('halves what a half-life has passed over', () => {
    const flow = createTradeFlow(1_000);
    flow.add('buy', 400, 0);
    flow.add('sell', 100, 1_000);

    // The buy has become 200.
    expect(flow.at(1_000)).toEqual({ flow: (200 - 100) / 300, quote: 300 });
    expect(flow.at(2_000)).toEqual({ flow: (200 - 100) / 300, quote: 150 });
  });

  test('is nothing before the first trade, and a late trade counts as now', () => {
    const flow = createTradeFlow(1_000);
    expect(flow.at(5)).toEqual({ flow: 0, quote: 0 });

    flow.add('sell', 10, 1_000);
    flow.add('sell', 10, 0);

    expect(flow.at(1_000)).toEqual({ flow: -1, quote: 20 });
  });

  test('is the sum over all trades, each faded by its age', () => {
    const trade = fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      quote: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      gapMs: fc.integer({ min: 0, max: 5_000 }),
    });
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 40 }), (trades) => {
        const flow = createTradeFlow(2_000);
        let atMs = 0;
        const timed = trades.map((one) => ({ ...one, atMs: (atMs += one.gapMs) }));
        for (const { side, quote, atMs: time } of timed) flow.add(side, quote, time);

        const faded = (side: string): number =>
          timed
            .filter((one) => one.side === side)
            .reduce((sum, one) => sum + one.quote * 0.5 ** ((atMs - one.atMs) / 2_000), 0);
        const all = faded('buy') + faded('sell');

        expect(flow.at(atMs).quote).toBeCloseTo(all, 3);
        expect(flow.at(atMs).flow).toBeCloseTo((faded('buy') - faded('sell')) / all, 6);
      }),
    );
  });
});
