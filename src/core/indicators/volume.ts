import { AD, CMF, OBV } from 'trading-signals';
import { z } from 'zod';
import { defineIndicator } from './indicator.ts';
import { intervalOnly } from './params.ts';

const None = z.strictObject({});

/** On-balance volume from 0 at the first candle (TA-Lib starts at the first volume). */
export const obv = defineIndicator({
  params: None,
  warmUp: () => 2,
  start: () => {
    const balance = new OBV(2);
    return (candle) => balance.add(candle);
  },
});

/** Accumulation/distribution line. */
export const ad = defineIndicator({
  params: None,
  warmUp: () => 1,
  start: () => {
    const line = new AD();
    return (candle) => line.add(candle);
  },
});

/** Chaikin money flow, -1 to 1. */
export const cmf = defineIndicator({
  params: intervalOnly(20),
  warmUp: (p) => p.interval,
  start: (p) => {
    const flow = new CMF(p.interval);
    return (candle) => flow.add(candle);
  },
});
