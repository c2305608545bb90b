/**
 * Indicators by name. Each is a few lines of binding, so they stand grouped by family, not one file
 * each. To add one: bind it in its family, list it here; the contract test picks it up.
 */
import type { z } from 'zod';
import { type Indicator, type IndicatorDefinition, startIndicator } from './indicator.ts';
import { dema, ema, hma, kama, rma, sma, tema, vwma, wma } from './moving-averages.ts';
import { cci, macd, mfi, momentum, roc, rsi, stochastic, ultimate, williamsR } from './momentum.ts';
import { adx, aroon, ichimoku, supertrend } from './trend.ts';
import { atr, bollinger, choppiness, donchian, keltner } from './volatility.ts';
import { ad, cmf, obv } from './volume.ts';

export const INDICATORS = {
  ad,
  adx,
  aroon,
  atr,
  bollinger,
  cci,
  choppiness,
  cmf,
  dema,
  donchian,
  ema,
  hma,
  ichimoku,
  kama,
  keltner,
  macd,
  mfi,
  momentum,
  obv,
  rma,
  roc,
  rsi,
  sma,
  stochastic,
  supertrend,
  tema,
  ultimate,
  vwma,
  williams_r: williamsR,
  wma,
} as const;

export type IndicatorName = keyof typeof INDICATORS;
type ParamsOf<N extends IndicatorName> = z.input<(typeof INDICATORS)[N]['params']>;
type ValueOf<N extends IndicatorName> =
  (typeof INDICATORS)[N] extends IndicatorDefinition<infer _P, infer V> ? V : never;

/** Starts the indicator of that name; throws a ZodError when the params are wrong. */
export function createIndicator<N extends IndicatorName>(
  name: N,
  params: ParamsOf<N>,
): Indicator<ValueOf<N>> {
  const definition = INDICATORS[name] as unknown as IndicatorDefinition<z.ZodType, ValueOf<N>>;
  return startIndicator(definition, definition.params.parse(params));
}
