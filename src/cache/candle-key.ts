import { z } from 'zod';
import { Pair } from '#core/model/pair.ts';
import { Timeframe } from '#core/model/timeframe.ts';
import { PermanentError } from '#platform/errors.ts';
import { CANDLES_MAX } from './series-codec.ts';

const CandleKey = z.tuple([Pair, Timeframe, z.coerce.number().int().min(1).max(CANDLES_MAX)]);

/** Key of `candleHistory`: the newest `count` closed candles of a pair. */
export function candleKey(pair: Pair, timeframe: Timeframe, count: number): string {
  return `${pair}|${timeframe}|${count}`;
}

export function parseCandleKey(key: string): {
  readonly pair: Pair;
  readonly timeframe: Timeframe;
  readonly count: number;
} {
  const parsed = CandleKey.safeParse(key.split('|'));
  if (!parsed.success) {
    throw new PermanentError('cache-key', 'no key of a candle history', { details: { key } });
  }
  const [pair, timeframe, count] = parsed.data;
  return { pair, timeframe, count };
}
