import type { Candle } from '#core/model/candle.ts';
import type { CommitteeConfig } from './config.ts';
import { lastIndicator } from './last-value.ts';
import { clamp } from './scale.ts';

export interface Distances {
  readonly stopDistanceFraction: number;
  readonly targetDistanceFraction: number;
}

/** Stop and target as fractions of the last close: a multiple of ATR within the limits. */
export function distancesOf(
  candles: readonly Candle[],
  config: Pick<CommitteeConfig, 'stop' | 'target_reward' | 'target_max_fraction'>,
): Distances | undefined {
  const { stop } = config;
  const atr = lastIndicator('atr', { interval: stop.atr_interval }, candles);
  const close = candles.at(-1)?.close;
  if (atr === undefined || close === undefined) return undefined;
  const wanted = (stop.atr_multiple * atr) / close;
  const stopDistanceFraction = clamp(wanted, stop.min_fraction, stop.max_fraction);
  const reward = stopDistanceFraction * config.target_reward;
  const targetDistanceFraction = Math.min(reward, config.target_max_fraction);
  return { stopDistanceFraction, targetDistanceFraction };
}
