/**
 * Our own thin border around indicators, so that nothing else knows where the numbers come from.
 *
 * 1. A value is `undefined` until `warmUp` candles were added: libraries hand out unstable values
 *    earlier.
 * 2. A candle with a number that is not finite is not fed: one NaN poisons an EMA for ever.
 * 3. A value is finite, or it is `undefined`: 0/0 on a flat series never leaks out.
 * 4. Adding candles one by one and running a whole series give the same values.
 */
import type { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';

/** What an indicator yields: one number, or several under names. */
export type IndicatorValue = number | Readonly<Record<string, number>>;

export interface Indicator<V extends IndicatorValue = IndicatorValue> {
  /** Candles needed before the first value. */
  readonly warmUp: number;
  /** Returns the value after this candle, or undefined while there is none. */
  add(candle: Candle): V | undefined;
}

export interface IndicatorDefinition<P extends z.ZodType, V extends IndicatorValue> {
  readonly params: P;
  readonly warmUp: (params: z.output<P>) => number;
  /** Returns a function that takes the next candle; `null` means no value yet. */
  readonly start: (params: z.output<P>) => (candle: Candle) => V | null;
}

/** Declares an indicator and lets the compiler infer the types of its params and value. */
export function defineIndicator<P extends z.ZodType, V extends IndicatorValue>(
  definition: IndicatorDefinition<P, V>,
): IndicatorDefinition<P, V> {
  return definition;
}

/** Starts an indicator with the guards of the head comment around it. */
export function startIndicator<P extends z.ZodType, V extends IndicatorValue>(
  definition: IndicatorDefinition<P, V>,
  params: z.output<P>,
): Indicator<V> {
  const warmUp = definition.warmUp(params);
  const next = definition.start(params);
  let seen = 0;
  return {
    warmUp,
    add(candle) {
      if (!isFed(candle)) return undefined;
      seen += 1;
      const value = next(candle);
      if (value === null || seen < warmUp || !isFiniteValue(value)) return undefined;
      return value;
    },
  };
}

/** Returns the value after each candle. */
export function valuesOf<V extends IndicatorValue>(
  indicator: Indicator<V>,
  candles: readonly Candle[],
): (V | undefined)[] {
  return candles.map((candle) => indicator.add(candle));
}

/** Returns the value after the last candle. */
export function lastValueOf<V extends IndicatorValue>(
  indicator: Indicator<V>,
  candles: readonly Candle[],
): V | undefined {
  let last: V | undefined;
  for (const candle of candles) last = indicator.add(candle);
  return last;
}

function isFed(candle: Candle): boolean {
  // A sum is finite only when every part is; infinities of both signs cancel to NaN.
  return Number.isFinite(candle.open + candle.high + candle.low + candle.close + candle.volume);
}

function isFiniteValue(value: IndicatorValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  for (const key in value) {
    if (!Number.isFinite(value[key])) return false;
  }
  return true;
}
