import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { aggregate } from './aggregate.ts';
import { createCandleRing } from './candle-ring.ts';
import { createHigherSeries } from './higher-series.ts';

const MINUTE = 60_000;
const DAY_START = Date.UTC(2026, 0, 2);

const price = fc.integer({ min: 1, max: 1_000 });
const candle = fc
  .tuple(price, price, price, price, fc.integer({ min: 0, max: 50 }))
  .map(([a, b, c, d, volume]): Omit<Candle, 'openMs'> => ({
    open: a,
    close: b,
    high: Math.max(a, b, c, d),
    low: Math.min(a, b, c, d),
    volume,
  }));

describe('aggregate', () => {
  it('has no candle for nothing', () => {
    expect(aggregate([], 0)).toBeUndefined();
  });

  it('keeps first open, last close, extremes and the volume', () => {
    const parts = [
      { openMs: 0, open: 5, high: 9, low: 4, close: 6, volume: 1 },
      { openMs: 1, open: 6, high: 7, low: 2, close: 3, volume: 2 },
    ];

    expect(aggregate(parts, 0)).toEqual({
      openMs: 0,
      open: 5,
      high: 9,
      low: 2,
      close: 3,
      volume: 3,
    });
  });
});

describe('createHigherSeries', () => {
  it('gives the candles that aggregating everything at once gives, on the calendar', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(candle), { minLength: 20, maxLength: 60 }),
        fc.integer({ min: 0, max: 9 }),
        (minutes, firstMinute) => {
          const base = createCandleRing(500);
          const ring = createCandleRing(500);
          const higher = createHigherSeries({ timeframe: '5m', ring, base });
          const firstMs = DAY_START + firstMinute * MINUTE;

          minutes.forEach((found, i) => {
            if (found === null) return;
            const openMs = firstMs + i * MINUTE;
            base.push({ openMs, ...found });
            higher.advance(openMs + MINUTE);
          });

          const closeMs = (base.last()?.openMs ?? 0) + MINUTE;
          const baseFirstMs = base.all()[0]?.openMs ?? 0;
          const expected: Candle[] = [];
          const period = 5 * MINUTE;
          for (
            let openMs = Math.ceil(baseFirstMs / period) * period;
            openMs + period <= closeMs;
            openMs += period
          ) {
            const whole = aggregate(base.between(openMs, openMs + period), openMs);
            if (whole !== undefined) expected.push(whole);
          }
          expect(ring.all()).toEqual(expected);
          expect(ring.all().every(({ openMs }) => openMs % period === 0)).toBe(true);
        },
      ),
    );
  });

  it('continues a series that was read from the venue', () => {
    const base = createCandleRing(10);
    const ring = createCandleRing(10);
    ring.push({ openMs: DAY_START, open: 1, high: 1, low: 1, close: 1, volume: 1 });
    const higher = createHigherSeries({ timeframe: '5m', ring, base });
    for (let i = 3; i < 10; i += 1) {
      base.push({ openMs: DAY_START + i * MINUTE, open: i, high: i, low: i, close: i, volume: 1 });
    }

    higher.advance(DAY_START + 10 * MINUTE);

    expect(ring.last()).toEqual({
      openMs: DAY_START + 5 * MINUTE,
      open: 5,
      high: 9,
      low: 5,
      close: 9,
      volume: 5,
    });
    expect(ring.all()).toHaveLength(2);
  });

  it('makes no candle of a period whose beginning the base no longer has', () => {
    const base = createCandleRing(100);
    const ring = createCandleRing(100);
    const series = createHigherSeries({ timeframe: '5m', ring, base });
    const flat = { open: 5, high: 5, low: 5, close: 5, volume: 1 };
    ring.push({ ...flat, openMs: DAY_START - 300_000 });

    for (let second = 0; second < 600; second += 1) {
      const openMs = DAY_START + second * 1_000;
      base.push({ ...flat, openMs });
      series.advance(openMs + 1_000);
    }

    expect(ring.all()).toHaveLength(1);
  });
});
