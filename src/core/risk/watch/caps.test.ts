import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { seededRandom } from '#platform/random.ts';
import { CAP_METHODS, type CapRules, fallbackOf, positionCaps } from './caps.ts';
import { marketPicture } from './market-picture.ts';

const HOUR_MS = 3_600_000;
const RULES: CapRules = {
  method: 'risk-parity',
  targetReturn: 0.0005,
  riskAversion: 3,
  investedMax: 0.9,
  weightMax: 0.4,
  slack: 1,
  sectors: {},
};

/** Hourly candles that end at `drift` a day above where they began, in a straight line and some noise. */
function history(base: string, drift: number, hours = 500) {
  const random = seededRandom(base);
  const noise = Array.from({ length: hours }, () => 0.004 * random.normal());
  const own = noise.reduce((sum, value) => sum + value, 0) / hours;
  let close = 100;
  const candles: Candle[] = noise.map((value, hour) => {
    close *= Math.exp(drift / 24 + value - own);
    return { openMs: hour * HOUR_MS, open: close, high: close, low: close, close, volume: 1e6 };
  });
  return { pair: Pair.parse(`${base}/USDT`), candles };
}

/** A price that nobody moves. */
function flat(hours: number): Candle[] {
  const price = { open: 100, high: 100, low: 100, close: 100, volume: 0 };
  return Array.from({ length: hours }, (_, hour) => ({ openMs: hour * HOUR_MS, ...price }));
}

const MARKET = marketPicture([history('UP', 0.01), history('FLAT', 0), history('DOWN', -0.01)]);

function capsOf(rules: Partial<CapRules>, market = MARKET) {
  const found = positionCaps(market, { ...RULES, ...rules });
  expect(found).toMatchObject({ method: rules.method, failed: [] });
  return { ...found, fractions: found.fractions.map((fraction) => fraction ?? Number.NaN) };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe('caps of the optimiser', () => {
  it('are none by the method none', () => {
    const found = positionCaps(MARKET, { ...RULES, method: 'none' });

    expect(found).toMatchObject({ fractions: [undefined, undefined, undefined], figures: {} });
  });

  it.each(['risk-parity', 'minimum-variance'] as const)(
    'by %s do not ask for returns',
    (method) => {
      const { fractions, figures } = capsOf({ method });

      expect(sum(fractions)).toBeCloseTo(0.9, 6);
      expect(Math.min(...fractions)).toBeGreaterThan(0.2);
      expect(figures).toEqual({});
    },
  );

  it('by minimum-variance invest what the sectors leave, also where that is little', () => {
    const sectors = { all: { bases: ['UP', 'FLAT', 'DOWN'], max: 0.3 } };

    expect(sum(capsOf({ method: 'minimum-variance', sectors }).fractions)).toBeCloseTo(0.3, 6);
    expect(
      sum(
        capsOf({ method: 'minimum-variance', sectors: { one: { bases: ['UP'], max: 0.1 } } })
          .fractions,
      ),
    ).toBeCloseTo(0.9, 6);
  });

  it('by a target bring it, with what has risen, and leave the rest in cash', () => {
    const { fractions, figures } = capsOf({ method: 'target-return', targetReturn: 0.002 });
    const [up = 0, , down = 1] = fractions;

    expect(figures['optimiser_return']).toBeGreaterThanOrEqual(0.002 - 1e-9);
    expect(up).toBeGreaterThan(down);
    expect(sum(fractions)).toBeLessThan(0.9);
  });

  it('by risk aversion are smaller the more risk is feared', () => {
    const bold = capsOf({ method: 'risk-aversion', riskAversion: 1 });
    const shy = capsOf({ method: 'risk-aversion', riskAversion: 100 });

    expect(bold.fractions[0]).toBeCloseTo(0.4, 6);
    expect(sum(shy.fractions)).toBeLessThan(sum(bold.fractions) / 2);
    expect(shy.figures['optimiser_volatility']).toBeLessThan(
      bold.figures['optimiser_volatility'] ?? 0,
    );
  });

  it('by risk aversion are nothing in a market that has only fallen', () => {
    const market = marketPicture([history('A', -0.02), history('B', -0.02)]);

    expect(capsOf({ method: 'risk-aversion' }, market).fractions).toEqual([0, 0]);
  });

  it('expect of a young pair what all do', () => {
    const young = { ...history('NEW', 0), candles: history('NEW', 0.5).candles.slice(-30) };
    const market = marketPicture([history('UP', 0.02), history('ALSO', 0.02), young]);
    const { fractions, figures } = capsOf({ method: 'risk-aversion', riskAversion: 1 }, market);

    // Its own rise of a half in each day would outweigh everything.
    expect(fractions.slice(0, 2)).toEqual([expect.closeTo(0.4, 6), expect.closeTo(0.4, 6)]);
    expect(figures['optimiser_return']).toBeLessThan(0.02);
  });

  it.each(CAP_METHODS)(
    'by %s exist beside a young pair that moves with all, which do not',
    (method) => {
      const young = { ...history('NEW', 0), candles: history('NEW', 0).candles.slice(-30) };
      const market = marketPicture([history('A', 0.02), history('B', 0.02), young]);

      expect(positionCaps(market, { ...RULES, method })).toMatchObject({ method, failed: [] });
    },
  );

  it('are those of the least variance when a target is out of reach, and say what is in it', () => {
    const market = marketPicture([history('A', -0.02), history('B', -0.03), history('C', -0.02)]);
    const rules = { ...RULES, method: 'target-return' } as const;

    const found = positionCaps(market, rules);

    const { fractions } = positionCaps(market, { ...RULES, method: 'minimum-variance' });
    expect(found).toMatchObject({ method: 'minimum-variance', fractions });
    expect(fallbackOf(found)).toBe(1);
    expect(found.failed).toEqual([
      {
        method: 'target-return',
        reason: 'a return of 0.05 % is wanted, but within the limits 0 % is the most expected',
      },
    ]);
  });

  it('are those of risk parity when neither is possible, and none when nothing is', () => {
    const sectors = {
      first: { bases: ['UP', 'FLAT'], max: 0.5 },
      second: { bases: ['FLAT'], max: 0.5 },
    };
    const rules = { ...RULES, method: 'target-return', sectors } as const;
    const still = marketPicture([{ ...history('UP', 0), candles: flat(500) }]);

    const found = positionCaps(MARKET, rules);
    const none = positionCaps(still, {
      ...RULES,
      sectors: { ...sectors, third: { bases: ['UP'], max: 1 } },
    });

    const { fractions } = positionCaps(MARKET, RULES);
    expect(found).toMatchObject({ method: 'risk-parity', fractions });
    expect(found.failed.map(({ method }) => method)).toEqual(['target-return', 'minimum-variance']);
    expect(fallbackOf(found)).toBe(2);
    expect(none).toMatchObject({ method: 'none', fractions: [undefined] });
    expect(fallbackOf(none)).toBe(3);
  });

  it('by risk parity are none for a pair that never moves, and all for the others', () => {
    const still = { ...history('STILL', 0), candles: flat(500) };
    const market = marketPicture([history('A', 0), still, history('B', 0)]);

    const { method, fractions } = positionCaps(market, RULES);

    expect(method).toBe('risk-parity');
    expect(fractions[1]).toBeUndefined();
    expect((fractions[0] ?? 0) + (fractions[2] ?? 0)).toBeCloseTo(0.9, 6);
  });

  it('expect no return where nothing is known of any pair', () => {
    const market = marketPicture([{ pair: Pair.parse('NEW/USDT'), candles: [] }]);

    expect(positionCaps(market, { ...RULES, method: 'risk-aversion' })).toMatchObject({
      method: 'minimum-variance',
      failed: [
        {
          method: 'risk-aversion',
          reason: 'no pair has enough hours of candles to expect a return from',
        },
      ],
    });
  });
});
