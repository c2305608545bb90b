/**
 * What kind of market it is, from ADX, and whose word counts more in it. Nothing is switched off at
 * the default: the regime shifts weights, it does not decide.
 */
import type { Candle } from '#core/model/candle.ts';
import type { Leaning } from './analyst.ts';
import { lastIndicator } from './last-value.ts';
import { clamp } from './scale.ts';

/** Wilder's borders: below 20 there is no trend, above 30 there is one beyond doubt. */
const ADX_RANGE = 20;
const ADX_TREND = 30;

export interface Regime {
  readonly kind: 'trend' | 'range' | 'mixed' | 'unknown';
  readonly adx: number;
  /** -1 a clear range, 1 a clear trend. */
  readonly lean: number;
}

export function regimeOf(candles: readonly Candle[]): Regime {
  const adx = lastIndicator('adx', { interval: 14 }, candles)?.adx;
  if (adx === undefined) return { kind: 'unknown', adx: 0, lean: 0 };
  const middle = (ADX_RANGE + ADX_TREND) / 2;
  const lean = clamp((adx - middle) / (ADX_TREND - middle));
  if (adx >= ADX_TREND) return { kind: 'trend', adx, lean };
  return { kind: adx <= ADX_RANGE ? 'range' : 'mixed', adx, lean };
}

/** Factor on the weight of an analyst of that leaning. */
export function regimeFactor(regime: Regime, leaning: Leaning, adaptation: number): number {
  switch (leaning) {
    case 'trend':
      return 1 + adaptation * regime.lean;
    case 'reversion':
      return 1 - adaptation * regime.lean;
    case 'neutral':
      return 1;
  }
}
