/** A shared cache on a Redis of the test, with what it counted. */
import { CacheConfig } from '#cache/config.ts';
import { openSharedCache } from '#cache/open-shared-cache.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { SharedCacheObserver, SharedResult } from '#cache/shared-metrics.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';

export interface CountedCache extends SharedCache {
  readonly results: SharedResult[];
  readonly refused: string[];
  readonly evicted: { readonly level: string; readonly reason: string; readonly count: number }[];
  readonly bytes: { l1: number; l2: number };
}

export function openCountedCache(
  socketPath: string,
  instance: string,
  given: { readonly config?: Record<string, unknown>; readonly limitMs?: number } = {},
): CountedCache {
  const counted = {
    results: [] as SharedResult[],
    refused: [] as string[],
    evicted: [] as CountedCache['evicted'],
    bytes: { l1: 0, l2: 0 },
  };
  const observer: SharedCacheObserver = {
    request: (_kind, result) => void counted.results.push(result),
    load: () => undefined,
    evicted: (level, reason, count) => void counted.evicted.push({ level, reason, count }),
    refused: (reason) => void counted.refused.push(reason),
    bytes: (level, bytes) => void (counted.bytes[level] = bytes),
  };
  const cache = openSharedCache({
    socketPath,
    instance,
    clock: systemClock(),
    config: CacheConfig.parse(given.config ?? {}),
    observer,
    log: silentLog(),
    limitMs: given.limitMs ?? 1_000,
  });
  return { ...cache, ...counted };
}
