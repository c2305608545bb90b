import {
  CCI,
  EMA,
  MACD,
  MFI,
  MOM,
  ROC,
  RSI,
  StochasticOscillator,
  UltimateOscillator,
  WilliamsR,
} from 'trading-signals';
import { z } from 'zod';
import { flatCloses, flatRanges } from './flat-run.ts';
import { defineIndicator } from './indicator.ts';
import { interval, intervalOnly } from './params.ts';

/** Wilder's relative strength, 0 to 100; 50 while the close stood still for the whole interval. */
export const rsi = defineIndicator({
  params: intervalOnly(14, 2),
  warmUp: (p) => p.interval + 1,
  start: (p) => {
    const strength = new RSI(p.interval);
    const flat = flatCloses();
    return (candle) => {
      const value = strength.add(candle.close);
      return flat(candle) > p.interval && value !== null ? 50 : value;
    };
  },
});

/** MACD of the close; all three parts are price differences. */
export const macd = defineIndicator({
  params: z
    .strictObject({ fast: interval(12), slow: interval(26), signal: interval(9) })
    .refine((p) => p.fast < p.slow, { message: 'fast must be below slow', path: ['fast'] }),
  warmUp: (p) => p.slow + p.signal - 1,
  start: (p) => {
    const line = new MACD(new EMA(p.fast), new EMA(p.slow), new EMA(p.signal));
    return (candle) => line.add(candle.close);
  },
});

/** Slow stochastic, 0 to 100; 50 while the range is empty. */
export const stochastic = defineIndicator({
  params: z.strictObject({ k: interval(14), slowing: interval(3), d: interval(3) }),
  warmUp: (p) => p.k + p.slowing + p.d - 2,
  start: (p) => {
    const oscillator = new StochasticOscillator({
      kPeriod: p.k,
      kSlowingPeriod: p.slowing,
      dPeriod: p.d,
    });
    const flat = flatRanges();
    return (candle) => {
      const value = oscillator.add(candle);
      if (flat(candle) >= p.k && value !== null) return { k: 50, d: 50 };
      return value === null ? null : { k: value.stochK, d: value.stochD };
    };
  },
});

/** Commodity channel index; 0 while the typical price does not move. */
export const cci = defineIndicator({
  params: intervalOnly(20, 2),
  warmUp: (p) => p.interval,
  start: (p) => {
    const channel = new CCI(p.interval);
    return (candle) => {
      const value = channel.add(candle);
      return value !== null && Number.isNaN(value) ? 0 : value;
    };
  },
});

/** Money flow index, 0 to 100; 50 while nothing is traded. */
export const mfi = defineIndicator({
  params: intervalOnly(14),
  warmUp: (p) => p.interval + 1,
  start: (p) => {
    const flow = new MFI(p.interval);
    return (candle) => flow.add(candle);
  },
});

/** Rate of change as a fraction: 0.1 where TA-Lib says 10. */
export const roc = defineIndicator({
  params: intervalOnly(10),
  warmUp: (p) => p.interval + 1,
  start: (p) => {
    const change = new ROC(p.interval);
    return (candle) => change.add(candle.close);
  },
});

/** Difference between the close and the close `interval` candles ago. */
export const momentum = defineIndicator({
  params: intervalOnly(10),
  warmUp: (p) => p.interval + 1,
  start: (p) => {
    const difference = new MOM(p.interval);
    return (candle) => difference.add(candle.close);
  },
});

/** Williams %R, -100 to 0; -50 while the range is empty. */
export const williamsR = defineIndicator({
  params: intervalOnly(14),
  warmUp: (p) => p.interval,
  start: (p) => {
    const range = new WilliamsR(p.interval);
    const flat = flatRanges();
    return (candle) => {
      const value = range.add(candle);
      return flat(candle) >= p.interval && value !== null ? -50 : value;
    };
  },
});

/** Ultimate oscillator, 0 to 100. */
export const ultimate = defineIndicator({
  params: z
    .strictObject({ short: interval(7), medium: interval(14), long: interval(28) })
    .refine((p) => p.short < p.medium && p.medium < p.long, {
      message: 'short must be below medium and medium below long',
      path: ['short'],
    }),
  warmUp: (p) => p.long + 1,
  start: (p) => {
    const oscillator = new UltimateOscillator({
      shortPeriod: p.short,
      mediumPeriod: p.medium,
      longPeriod: p.long,
    });
    return (candle) => oscillator.add(candle);
  },
});
