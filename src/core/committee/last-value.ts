/**
 * The value of an indicator after the last candle of a series. Several analysts ask for the same one
 * of the same candles, and a longer timeframe stays the same over many closes, so what was reckoned
 * for a series is kept with it and goes with it.
 *
 * 1. It changes no value: the same function of the same candles, asked twice.
 * 2. A series that has grown or lost candles since is reckoned anew; candles themselves are never
 *    changed by anybody.
 */

import { type IndicatorValue, lastValueOf } from '#core/indicators/indicator.ts';
import { type IndicatorName, createIndicator } from '#core/indicators/registry.ts';
import type { Candle } from '#core/model/candle.ts';

type ParamsOf<N extends IndicatorName> = Parameters<typeof createIndicator<N>>[1];
type ValueOf<N extends IndicatorName> = ReturnType<ReturnType<typeof createIndicator<N>>['add']>;

interface Known {
  readonly length: number;
  readonly last: Candle | undefined;
  readonly values: Map<string, IndicatorValue | undefined>;
}

// These forget: a value is made of the last `warmUp` candles alone, to the last bit, so the others need
// not be fed. The averages of Wilder and the exponential ones remember everything.
const FORGETFUL: ReadonlySet<IndicatorName> = new Set([
  'bollinger',
  'donchian',
  'roc',
  'sma',
  'stochastic',
]);

// Held weakly by the series: nothing outlives the candles it was made from, and nobody can see it.
const knownOf = new WeakMap<readonly Candle[], Known>();

/** Returns undefined while the series is too short; throws a ZodError when the params are wrong. */
export function lastIndicator<N extends IndicatorName>(
  name: N,
  params: ParamsOf<N>,
  candles: readonly Candle[],
): ValueOf<N> {
  const { values } = known(candles);
  const key = `${name} ${JSON.stringify(params)}`;
  if (!values.has(key)) values.set(key, reckon(name, params, candles));
  return values.get(key) as ValueOf<N>;
}

function reckon<N extends IndicatorName>(
  name: N,
  params: ParamsOf<N>,
  candles: readonly Candle[],
): IndicatorValue | undefined {
  if (FORGETFUL.has(name)) {
    const brief = createIndicator(name, params);
    const value = lastValueOf(brief, candles.slice(-brief.warmUp));
    // None: too few candles, or one among them was not fed and an earlier one takes its place.
    if (value !== undefined) return value;
  }
  return lastValueOf(createIndicator(name, params), candles);
}

function known(candles: readonly Candle[]): Known {
  const kept = knownOf.get(candles);
  const last = candles.at(-1);
  if (kept !== undefined && kept.length === candles.length && kept.last === last) return kept;
  const fresh: Known = { length: candles.length, last, values: new Map() };
  knownOf.set(candles, fresh);
  return fresh;
}
