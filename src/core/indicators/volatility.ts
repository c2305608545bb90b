import { ATR, BollingerBands, CHOP, DonchianChannels, KeltnerChannels } from 'trading-signals';
import { z } from 'zod';
import { defineIndicator } from './indicator.ts';
import { interval, intervalOnly } from './params.ts';

/** Wilder's average true range, in price. */
export const atr = defineIndicator({
  params: intervalOnly(14),
  warmUp: (p) => p.interval,
  start: (p) => {
    const range = new ATR(p.interval);
    return (candle) => range.add(candle);
  },
});

/** Bands `deviations` population standard deviations around the simple average of the close. */
export const bollinger = defineIndicator({
  params: z.strictObject({
    interval: interval(20, 2),
    deviations: z.number().positive().default(2),
  }),
  warmUp: (p) => p.interval,
  start: (p) => {
    const bands = new BollingerBands(p.interval, p.deviations);
    return (candle) => bands.add(candle.close);
  },
});

/** Bands of `multiplier` average true ranges around the exponential average of the close. */
export const keltner = defineIndicator({
  params: z.strictObject({
    ema: interval(20),
    atr: interval(10),
    multiplier: z.number().positive().default(2),
  }),
  warmUp: (p) => Math.max(p.ema, p.atr),
  start: (p) => {
    const bands = new KeltnerChannels({
      emaInterval: p.ema,
      atrInterval: p.atr,
      multiplier: p.multiplier,
    });
    return (candle) => bands.add(candle);
  },
});

/** Highest high and lowest low of the interval, the current candle included. */
export const donchian = defineIndicator({
  params: intervalOnly(20),
  warmUp: (p) => p.interval,
  start: (p) => {
    const channel = new DonchianChannels(p.interval);
    return (candle) => channel.add(candle);
  },
});

/** Choppiness, 0 (straight line) to 100 (sideways, also when nothing moves). */
export const choppiness = defineIndicator({
  params: intervalOnly(14, 2),
  warmUp: (p) => p.interval + 1,
  start: (p) => {
    const index = new CHOP(p.interval);
    return (candle) => index.add(candle);
  },
});
