/**
 * The shared cache over Redis. What holds:
 *
 * 1. An entry is loaded once, however many ask: one flight a process, one lease among processes.
 * 2. No call waits longer than it said; without Redis it fails at once, or loads for itself where
 *    this process provides the kind.
 * 3. After `invalidate` nobody is given the value from before it: Redis forgets it and a load that
 *    began before is not kept; other processes forget their copy when they hear of it. One that
 *    cannot hear forgets all it has and keeps new copies for two seconds only.
 * 4. What is read from Redis fits its kind, or counts as absent.
 */
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import { freshRandom } from '#platform/random.ts';
import { connectRedis, type RedisAddress } from '#platform/redis/connection.ts';
import { guardConnection } from '#platform/redis/guard.ts';
import { createBringIn } from './bring-in.ts';
import type { CacheConfig } from './config.ts';
import { createDoor, forget, type Loaders, type Parts, receive, tellReads } from './door.ts';
import { createFlights } from './flights.ts';
import type { Kind } from './kind.ts';
import { createLoading } from './loading.ts';
import { createReader } from './reader.ts';
import { createReadReporter, type ReadReporter, type ReportedReads } from './read-reporter.ts';
import { openEventEar } from './redis/event-ear.ts';
import type { CacheEvent } from './redis/events.ts';
import { createStore, type Store } from './redis/store.ts';
import type { Loader, SharedCache } from './shared-cache.ts';
import type { SharedCacheObserver } from './shared-metrics.ts';
import { createShelf } from './shelf.ts';
import { createTtlBook } from './ttl-book.ts';
import { createWaitingRoom } from './waiting-room.ts';

export type SharedCacheOptions = RedisAddress & {
  readonly instance: string;
  readonly clock: Clock;
  readonly config: CacheConfig;
  readonly observer: SharedCacheObserver;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  readonly limitMs?: number;
  /** Time the values are judged by: the venue's where it is known. */
  readonly now?: () => number;
};

const MEGABYTE = 1_048_576;

/** Opens the cache; it connects in the background and for ever. */
export function openSharedCache(options: SharedCacheOptions): SharedCache {
  const { clock, limitMs = 2_000 } = options;
  const stop = new AbortController();
  const redis = connect(options, 'shared-cache');
  const guard = guardConnection(redis, clock, limitMs);
  let onEvent = (_event: CacheEvent): void => undefined;
  let onGap = (): void => undefined;
  const ear = openEventEar({
    redis: connect(options, 'cache-events'),
    clock,
    limitMs,
    onEvent: (event) => onEvent(event),
    onGap: () => onGap(),
  });
  const bytesMax = options.config.redis_size_mb * MEGABYTE;
  const store = createStore({ redis, guard, bytesMax, instance: options.instance });
  let tell = (_reads: ReportedReads): void => undefined;
  const reporter = createReadReporter(clock, (reads) => tell(reads));
  const parts = assemble(options, {
    store,
    reporter,
    isHearing: () => ear.isHearing(),
    signal: stop.signal,
  });
  tell = (reads) => tellReads(parts, reads);
  onGap = () => forget(parts, () => true);
  onEvent = (event) => receive(parts, event);

  return {
    ...createDoor(parts),
    close: () => {
      stop.abort();
      reporter.close();
      ear.close();
      redis.disconnect();
    },
  };
}

function connect(options: SharedCacheOptions, name: string) {
  const address: RedisAddress =
    'url' in options ? { url: options.url } : { socketPath: options.socketPath };
  const redis = connectRedis({
    address,
    name: `${options.instance}-${name}`,
    random: freshRandom(),
    whileDown: 'refuse',
  });
  // The bus tells when Redis is away; here each call finds out for itself.
  redis.on('error', () => undefined);
  return redis;
}

function assemble(
  options: SharedCacheOptions,
  given: {
    readonly store: Store;
    readonly reporter: ReadReporter;
    readonly isHearing: () => boolean;
    readonly signal: AbortSignal;
  },
): Parts {
  const { config, clock, observer, now = () => clock.now() } = options;
  const { store, reporter, isHearing, signal } = given;
  const l1BytesMax = config.shared_size_mb * MEGABYTE;
  const l2BytesMax = config.redis_size_mb * MEGABYTE;
  observer.bytes('l1', 0, l1BytesMax);
  const shelf = createShelf({
    bytesMax: l1BytesMax,
    onEvicted: (reason) => observer.evicted('l1', reason, 1),
    onBytes: (bytes) => observer.bytes('l1', bytes, l1BytesMax),
  });
  const reader = createReader({ ...options, shelf, store, isHearing });
  const ttls = createTtlBook(config.default_ttl * 1_000);
  const loading = createLoading({
    ...options,
    store,
    ttls,
    isCompressed: config.enable_compression,
    bytesMax: l2BytesMax,
    signal,
    now,
    shelve: (id, entry) => reader.shelve(id, entry),
  });
  const loaders: Loaders = new Map();
  const room = createWaitingRoom(clock);
  const bringIn = createBringIn({
    ...options,
    reader,
    loading,
    store,
    room,
    // Kept by the kind it was given for, so it gives values of that kind.
    loaderOf: <T>(kind: Kind<T>) => loaders.get(kind.name)?.loader as Loader<T> | undefined,
  });
  return {
    ...options,
    shelf,
    store,
    flights: createFlights(),
    reporter,
    ttls,
    readers: new Set(),
    room,
    reader,
    loading,
    bringIn,
    loaders,
  };
}
