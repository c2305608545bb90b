import { Aroon, DX, IchimokuCloud, SuperTrend, WSMA } from 'trading-signals';
import { z } from 'zod';
import { defineIndicator } from './indicator.ts';
import { interval, intervalOnly } from './params.ts';

// The parabolic SAR of the library is left out: it subtracts a fixed 0.01 from some prices, which
// is nothing for bitcoin and a whole coin for SHIB.

/**
 * Wilder's directional movement: strength `adx` and both directions, 0 to 100. Built from DX and
 * Wilder's average ourselves: the library's ADX is fed 0/0 by a flat start and stays NaN for ever.
 */
export const adx = defineIndicator({
  params: intervalOnly(14, 2),
  warmUp: (p) => 2 * p.interval - 1,
  start: (p) => {
    const direction = new DX(p.interval);
    const strength = new WSMA(p.interval);
    return (candle) => {
      const dx = direction.add(candle);
      const value = dx === null ? null : strength.add(Number.isNaN(dx) ? 0 : dx);
      if (value === null) return null;
      return { adx: value, plus: share(direction.pdi), minus: share(direction.mdi) };
    };
  },
});

function share(fraction: number | void): number {
  return typeof fraction === 'number' && Number.isFinite(fraction) ? 100 * fraction : 0;
}

/** How long ago the highest and lowest prices were, 100 = just now. */
export const aroon = defineIndicator({
  params: intervalOnly(25),
  warmUp: (p) => p.interval + 1,
  start: (p) => {
    const age = new Aroon(p.interval);
    return (candle) => {
      const value = age.add(candle);
      return value === null ? null : { up: value.aroonUp, down: value.aroonDown };
    };
  },
});

/** The trailing band and its side: 1 below a rising price, -1 above a falling one. */
export const supertrend = defineIndicator({
  params: z.strictObject({
    interval: interval(10),
    multiplier: z.number().positive().default(3),
  }),
  warmUp: (p) => p.interval,
  start: (p) => {
    const band = new SuperTrend(p);
    return (candle) => {
      const value = band.add(candle);
      if (value === null) return null;
      return { band: value.supertrend, side: value.trend === 'BULLISH' ? 1 : -1 };
    };
  },
});

/** Ichimoku's four lines at the current candle, not shifted. */
export const ichimoku = defineIndicator({
  params: z.strictObject({
    conversion: interval(9),
    base: interval(26),
    span_b: interval(52),
  }),
  warmUp: (p) => Math.max(p.conversion, p.base, p.span_b),
  start: (p) => {
    const cloud = new IchimokuCloud({
      conversionInterval: p.conversion,
      baseInterval: p.base,
      spanBInterval: p.span_b,
    });
    return (candle) => cloud.add(candle);
  },
});
