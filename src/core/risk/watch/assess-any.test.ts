import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { RiskState } from '#core/model/risk-state.ts';
import { gateRisk } from '../gate-risk.ts';
import { StressShocks } from '../measure/shocks.ts';
import { assess } from './assess.ts';
import { CAP_METHODS } from './caps.ts';
import { lookOf, RULES } from './look.fixture.ts';
import { marketPicture } from './market-picture.ts';

const HOUR_MS = 3_600_000;
const NAMES = ['BTC', 'ETH', 'DOGE', 'NEW'].map((base) => Pair.parse(`${base}/USDT`));

/** Prices that a candle may have, however odd: still, falling to dust, wild, with holes and jumps. */
const candles = fc
  .record({
    hours: fc.constantFrom(0, 1, 24, 25, 60, 73, 90, 200),
    startMs: fc.constantFrom(0, 5, 100, 400).map((hour) => hour * HOUR_MS),
    close: fc.constantFrom(1e-12, 1e-9, 1, 60_000, 1e9),
    moves: fc.array(fc.constantFrom(0, 0, 1e-12, 0.001, -0.02, 0.3, -3, 20, -20), {
      minLength: 1,
      maxLength: 7,
    }),
    volume: fc.constantFrom(0, 1e-9, 5, 1e15),
    hole: fc.integer({ min: 2, max: 50 }),
  })
  .map(({ hours, startMs, close: first, moves, volume, hole }) => {
    let close: number = first;
    return Array.from({ length: hours }, (_, k) => {
      close = Math.min(1e30, Math.max(1e-30, close * Math.exp(moves[k % moves.length] ?? 0)));
      const openMs = startMs + (k + Math.floor(k / hole)) * HOUR_MS;
      return Candle.parse({ openMs, open: close, high: close, low: close, close, volume });
    });
  });

const amount = fc.constantFrom(0, 1e-12, 1, 950, 1e12);
const looks = fc.record({
  series: fc.array(candles, { minLength: 1, maxLength: NAMES.length }),
  values: fc.array(amount, { minLength: NAMES.length, maxLength: NAMES.length }),
  unread: fc.subarray(NAMES),
  equityQuote: fc.constantFrom(-5, 0, 0.01, 1_000, 1e12),
  drawdown: fc.constantFrom(0, 0.08, 0.2, 5),
  dayLoss: fc.constantFrom(0, 0.04, 1, 9),
  dailyReturns: fc.array(fc.constantFrom(0, -0.01, 0.02, -1, 1e9), { maxLength: 60 }),
  method: fc.constantFrom(...CAP_METHODS),
});

describe('a look at anything', () => {
  it('gives a state that can be told, and a plan that can be carried out', () => {
    fc.assert(
      fc.property(looks, ({ series, values, unread, method, dailyReturns, ...account }) => {
        const held = series.flatMap((_, place) => {
          const [pair, valueQuote = 0] = [NAMES[place], values[place]];
          return pair === undefined || valueQuote === 0 ? [] : [{ pair, valueQuote }];
        });
        const look = lookOf({
          picture: marketPicture(
            series.map((of, place) => ({ pair: NAMES[place] as Pair, candles: of })),
          ),
          held,
          unread: new Set(unread),
          account,
          dailyReturns,
        });

        const found = assess(look, {
          ...RULES,
          caps: { ...RULES.caps, method },
          shocks: StressShocks.parse(undefined),
        });

        expect(() => gateRisk(RiskState.parse(found.state))).not.toThrow();
        for (const { share } of found.plan) expect(share > 0 && share <= 1).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
