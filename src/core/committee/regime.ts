/**
 * What kind of market it is, and whose word counts more in it: trend or range from ADX, and whether
 * there is a storm, ranges far beyond the usual. Nothing is switched off at the default: the regime
 * shifts weights, it does not decide. In a storm a bet on the way back counts less.
 */
import type { Candle } from '#core/model/candle.ts';
import type { Leaning } from './analyst.ts';
import { STORM_CANDLES } from './config.ts';
import { lastIndicator } from './last-value.ts';
import { clamp } from './scale.ts';

/** Wilder's borders: below 20 there is no trend, above 30 there is one beyond doubt. */
const ADX_RANGE = 20;
const ADX_TREND = 30;
/** Ratio of the average true ranges where a storm begins, and where it is a full one. */
const STORM_START = 1.5;
const STORM_FULL = 3;
const FAST_ATR = 7;

export interface Regime {
  readonly kind: 'trend' | 'range' | 'mixed' | 'unknown';
  readonly adx: number;
  /** -1 a clear range, 1 a clear trend. */
  readonly lean: number;
  /** Ranges of late over the usual ones; 1 = as always. */
  readonly expansion: number;
  /** 0 none, 1 a full storm. */
  readonly storm: number;
  /** How much of the caution of a storm a buy needs: the storm, and all of it while nobody knows. */
  readonly caution: number;
}

export function regimeOf(candles: readonly Candle[]): Regime {
  const adx = lastIndicator('adx', { interval: 14 }, candles)?.adx;
  if (adx === undefined) {
    return { kind: 'unknown', adx: 0, lean: 0, expansion: 1, storm: 0, caution: 1 };
  }
  const middle = (ADX_RANGE + ADX_TREND) / 2;
  const lean = clamp((adx - middle) / (ADX_TREND - middle));
  const found = expansionOf(candles);
  const expansion = found ?? 1;
  const storm = clamp((expansion - STORM_START) / (STORM_FULL - STORM_START), 0, 1);
  const rest = { adx, lean, expansion, storm, caution: found === undefined ? 1 : storm };
  if (adx >= ADX_TREND) return { kind: 'trend', ...rest };
  return { kind: adx <= ADX_RANGE ? 'range' : 'mixed', ...rest };
}

/** True range of late against that of a longer while; undefined while history is short. */
function expansionOf(candles: readonly Candle[]): number | undefined {
  const fast = lastIndicator('atr', { interval: FAST_ATR }, candles);
  const slow = lastIndicator('atr', { interval: STORM_CANDLES }, candles);
  if (fast === undefined || slow === undefined) return undefined;
  return slow === 0 ? 1 : fast / slow;
}

/** Factor on the weight of an analyst of that leaning. */
export function regimeFactor(regime: Regime, leaning: Leaning, adaptation: number): number {
  switch (leaning) {
    case 'trend':
      return 1 + adaptation * regime.lean;
    case 'reversion':
      return (1 - adaptation * regime.lean) * (1 - adaptation * regime.storm);
    case 'neutral':
      return 1;
  }
}
