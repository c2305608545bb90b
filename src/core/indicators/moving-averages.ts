import { DEMA, EMA, HMA, KAMA, RMA, SMA, TEMA, VWMA, WMA } from 'trading-signals';
import { defineIndicator } from './indicator.ts';
import { intervalOnly } from './params.ts';

/** Simple moving average of the close. */
export const sma = defineIndicator({
  params: intervalOnly(20),
  warmUp: (p) => p.interval,
  start: (p) => {
    const average = new SMA(p.interval);
    return (candle) => average.add(candle.close);
  },
});

/** Exponential moving average of the close, seeded with the first close; 2 / (interval + 1). */
export const ema = defineIndicator({
  params: intervalOnly(20),
  warmUp: (p) => p.interval,
  start: (p) => {
    const average = new EMA(p.interval);
    return (candle) => average.add(candle.close);
  },
});

/** Linearly weighted moving average of the close. */
export const wma = defineIndicator({
  params: intervalOnly(20),
  warmUp: (p) => p.interval,
  start: (p) => {
    const average = new WMA(p.interval);
    return (candle) => average.add(candle.close);
  },
});

/** Wilder's moving average of the close. */
export const rma = defineIndicator({
  params: intervalOnly(14),
  warmUp: (p) => p.interval,
  start: (p) => {
    const average = new RMA(p.interval);
    return (candle) => average.add(candle.close);
  },
});

/** Double exponential moving average: an EMA and the EMA of it, so both must have warmed up. */
export const dema = defineIndicator({
  params: intervalOnly(20),
  warmUp: (p) => 2 * p.interval - 1,
  start: (p) => {
    const average = new DEMA(p.interval);
    return (candle) => average.add(candle.close);
  },
});

/** Triple exponential moving average. */
export const tema = defineIndicator({
  params: intervalOnly(20),
  warmUp: (p) => 3 * p.interval - 2,
  start: (p) => {
    const average = new TEMA(p.interval);
    return (candle) => average.add(candle.close);
  },
});

/** Hull moving average of the close. */
export const hma = defineIndicator({
  params: intervalOnly(20, 2),
  warmUp: (p) => p.interval + Math.floor(Math.sqrt(p.interval)) - 1,
  start: (p) => {
    const average = new HMA(p.interval);
    return (candle) => average.add(candle.close);
  },
});

/** Kaufman's adaptive moving average with the usual fast 2 and slow 30. */
export const kama = defineIndicator({
  params: intervalOnly(10, 2),
  warmUp: (p) => p.interval + 1,
  start: (p) => {
    const average = new KAMA(p.interval);
    return (candle) => average.add(candle.close);
  },
});

/** Moving average of the close weighted by volume; none while nothing was traded. */
export const vwma = defineIndicator({
  params: intervalOnly(20),
  warmUp: (p) => p.interval,
  start: (p) => {
    const average = new VWMA(p.interval);
    return (candle) => average.add(candle);
  },
});
