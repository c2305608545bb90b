/**
 * Measures of single candles and TA-Lib's candle settings: what "long", "short" or "near" means is
 * told by the candles just before, never by an absolute number, so patterns do not depend on the
 * price. The averages leave the measured candle itself out, as TA-Lib's do.
 */
import type { Candle } from '#core/model/candle.ts';

export function body({ open, close }: Candle): number {
  return Math.abs(close - open);
}

export function bodyTop({ open, close }: Candle): number {
  return Math.max(open, close);
}

export function bodyBottom({ open, close }: Candle): number {
  return Math.min(open, close);
}

export function upperShadow(candle: Candle): number {
  return candle.high - bodyTop(candle);
}

export function lowerShadow(candle: Candle): number {
  return bodyBottom(candle) - candle.low;
}

export function range({ high, low }: Candle): number {
  return high - low;
}

/** A candle that did not move counts as white, as in TA-Lib. */
export function isWhite({ open, close }: Candle): boolean {
  return close >= open;
}

export function isBlack(candle: Candle): boolean {
  return !isWhite(candle);
}

/** Bodies do not touch and the first lies above the second. */
export function isBodyGapUp(upper: Candle, lower: Candle): boolean {
  return bodyBottom(upper) > bodyTop(lower);
}

/** Whole candles, shadows included, do not touch and the first lies above the second. */
export function isGapUp(upper: Candle, lower: Candle): boolean {
  return upper.low > lower.high;
}

interface Setting {
  readonly measure: (candle: Candle) => number;
  /** Candles before the measured one; 0 = the measured one itself. */
  readonly period: number;
  readonly factor: number;
}

/** TA-Lib's defaults (TA_CandleDefaultSettings) of those that the patterns here use. */
const SETTINGS = {
  bodyLong: { measure: body, period: 10, factor: 1 },
  bodyShort: { measure: body, period: 10, factor: 1 },
  bodyDoji: { measure: range, period: 10, factor: 0.1 },
  shadowLong: { measure: body, period: 0, factor: 1 },
  shadowVeryShort: { measure: range, period: 10, factor: 0.1 },
  near: { measure: range, period: 5, factor: 0.2 },
  far: { measure: range, period: 5, factor: 0.6 },
  equal: { measure: range, period: 5, factor: 0.05 },
} as const satisfies Record<string, Setting>;

/** Longest look-back of the settings. */
export const SETTING_CANDLES = 10;

/** The last candles of a series, counted backwards: `at(0)` is the newest. */
export interface Window {
  readonly length: number;
  at(age: number): Candle;
  /** What the setting means for the candle of that age. */
  limit(setting: keyof typeof SETTINGS, age: number): number;
}

/** Looks at `candles` as if the candle at `index` were the newest. */
export function windowAt(candles: readonly Candle[], index = candles.length - 1): Window {
  const at = (age: number): Candle => {
    const candle = candles[index - age];
    if (candle === undefined) throw new RangeError('a pattern looked past its candles');
    return candle;
  };
  return {
    length: index + 1,
    at,
    limit(name, age) {
      const { measure, period, factor } = SETTINGS[name];
      if (period === 0) return factor * measure(at(age));
      let sum = 0;
      for (let back = 1; back <= period; back += 1) sum += measure(at(age + back));
      return (factor * sum) / period;
    },
  };
}
