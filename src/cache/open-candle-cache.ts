/**
 * The candle cache over Redis (L2) with a small copy in each process (L1). L1 never makes a reader
 * see less than it asked for: it serves only the close it was asked about. A process that is told each
 * new candle anyway lets its copy grow by it and seldom reads L2.
 */
import { candleOpenMs, timeframeMs, type Timeframe } from '#core/model/timeframe.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { freshRandom } from '#platform/random.ts';
import { connectRedis, type RedisAddress } from '#platform/redis/connection.ts';
import { guardConnection, type Guard } from '#platform/redis/guard.ts';
import type { CandleCache, CandleSeries } from './candle-series.ts';
import type { CacheConfig } from './config.ts';
import { silentCacheObserver, type CacheObserver } from './metrics.ts';
import { decodeSeries, encodeSeries } from './series-codec.ts';
import { seriesShelf } from './series-shelf.ts';

export type CandleCacheOptions = RedisAddress & {
  readonly instance: string;
  readonly clock: Clock;
  readonly config: Pick<CacheConfig, 'max_size_mb' | 'enable_compression'>;
  readonly observer?: CacheObserver;
  readonly log?: { warn(fields: object, message: string): void };
  readonly limitMs?: number;
};

export interface OpenCandleCache extends CandleCache {
  close(): void;
}

// Series of pairs that are no longer traded leave Redis by themselves.
const KEEP_MS_MIN = 6 * 3_600_000;

/** Opens the cache; it connects in the background and for ever. */
export function openCandleCache(options: CandleCacheOptions): OpenCandleCache {
  const { clock, config, instance, limitMs = 2_000 } = options;
  const observer = options.observer ?? silentCacheObserver;
  const address: RedisAddress =
    'url' in options ? { url: options.url } : { socketPath: options.socketPath };
  const redis = connectRedis({
    address,
    name: `${instance}-cache`,
    random: freshRandom(),
    whileDown: 'refuse',
  });
  // The bus tells when Redis is away; here each call fails for itself.
  redis.on('error', () => undefined);
  const guard = guardConnection(redis, clock, limitMs);
  const l1BytesMax = config.max_size_mb * 1_048_576;
  const shelf = seriesShelf(l1BytesMax);

  async function putAll(series: readonly CandleSeries[]): Promise<void> {
    const writes = redis.multi();
    for (const one of series) {
      const keepMs = Math.max(KEEP_MS_MIN, 3 * timeframeMs(one.timeframe));
      const bytes = encodeSeries(one, config.enable_compression);
      writes.set(keyOf(one.pair, one.timeframe), bytes, 'PX', keepMs);
    }
    await guard.run('candles', () => writes.exec());
  }

  async function get(
    pair: Pair,
    timeframe: Timeframe,
    closeMs?: number,
  ): Promise<CandleSeries | undefined> {
    const key = keyOf(pair, timeframe);
    const kept =
      closeMs === undefined ? undefined : shelf.take(key, lastOpenMs(timeframe, closeMs));
    if (kept !== undefined) {
      observer.request('l1');
      return kept;
    }
    const bytes = await read(guard, () => redis.getBuffer(key));
    if (bytes === null) {
      observer.request('miss');
      return undefined;
    }
    const decoded = decodeSeries(bytes);
    if (decoded.kind === 'invalid') {
      observer.request('invalid');
      options.log?.warn({ pair, timeframe, reason: decoded.reason }, 'cached series is unreadable');
      return undefined;
    }
    shelf.keep(key, decoded.series);
    observer.request('l2');
    observer.bytes(shelf.bytes(), l1BytesMax);
    return decoded.series;
  }

  async function read<T>(by: Guard, command: () => Promise<T>): Promise<T> {
    try {
      return await by.run('candles', command);
    } catch (error) {
      observer.request('unavailable');
      throw error;
    }
  }

  return {
    put: (series) => putAll([series]),
    putAll,
    get,
    grow: (pair, timeframe, candle) => shelf.grow(keyOf(pair, timeframe), candle),
    close: () => redis.disconnect(),
  };
}

/** Open time of the last candle that is closed at `closeMs`. */
function lastOpenMs(timeframe: Timeframe, closeMs: number): number {
  return candleOpenMs(timeframe, closeMs) - timeframeMs(timeframe);
}

function keyOf(pair: Pair, timeframe: Timeframe): string {
  return `nightdesk:candles.v1:${pair}:${timeframe}`;
}
