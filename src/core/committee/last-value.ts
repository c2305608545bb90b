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
  if (!values.has(key)) values.set(key, lastValueOf(createIndicator(name, params), candles));
  return values.get(key) as ValueOf<N>;
}

function known(candles: readonly Candle[]): Known {
  const kept = knownOf.get(candles);
  const last = candles.at(-1);
  if (kept !== undefined && kept.length === candles.length && kept.last === last) return kept;
  const fresh: Known = { length: candles.length, last, values: new Map() };
  knownOf.set(candles, fresh);
  return fresh;
}
