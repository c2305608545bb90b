import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#platform/random.ts';
import { printsOf } from './price-path.ts';

const candle = fc
  .record({
    prices: fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 4, maxLength: 4 }),
    isFlat: fc.boolean(),
    lots: fc.integer({ min: 1, max: 1_000_000_000 }),
  })
  .map(({ prices, isFlat, lots }) => {
    const sorted = isFlat ? prices.map(() => prices[0] ?? 1) : prices.toSorted((a, b) => a - b);
    const [lowTicks = 1, openTicks = 1, closeTicks = 1, highTicks = 1] = sorted;
    const isRise = lots % 2 === 0;
    return {
      lowTicks,
      highTicks,
      lots,
      openTicks: isRise ? openTicks : closeTicks,
      closeTicks: isRise ? closeTicks : openTicks,
    };
  });

describe('prints of a candle', () => {
  it('make exactly that candle, whatever its shape', () => {
    fc.assert(
      fc.property(candle, fc.integer({ min: 1, max: 60 }), fc.nat(), (wanted, count, seed) => {
        const prints = printsOf(wanted, count, seededRandom(seed));

        const ticks = prints.map((print) => print.ticks);
        expect(ticks[0]).toBe(wanted.openTicks);
        expect(ticks.at(-1)).toBe(wanted.closeTicks);
        expect(Math.max(...ticks)).toBe(wanted.highTicks);
        expect(Math.min(...ticks)).toBe(wanted.lowTicks);
        const lots = prints.reduce((sum, print) => sum + print.lots, 0);
        expect(lots).toBe(Math.max(wanted.lots, prints.length));
        expect(prints.length).toBeLessThanOrEqual(Math.max(4, count));
        expect(prints.every((print) => Number.isSafeInteger(print.lots) && print.lots > 0)).toBe(
          true,
        );
        const times = prints.map((print) => print.at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times.every((at) => at >= 0 && at < 1)).toBe(true);
      }),
    );
  });

  it('are the same from the same seed and others from another', () => {
    const of = (seed: number) =>
      printsOf(
        { openTicks: 100, highTicks: 140, lowTicks: 90, closeTicks: 120, lots: 5000 },
        8,
        seededRandom(seed),
      );
    expect(of(3)).toEqual(of(3));
    expect(of(4)).not.toEqual(of(3));
  });

  it('trade one lot at each price that must be reached when the volume is less', () => {
    const prints = printsOf(
      { openTicks: 100, highTicks: 140, lowTicks: 90, closeTicks: 120, lots: 1 },
      8,
      seededRandom(1),
    );
    expect(prints.map((print) => print.lots)).toEqual([1, 1, 1, 1]);
  });
});
