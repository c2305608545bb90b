import type { Metrics } from '#platform/metrics/metrics.ts';

export type CacheResult = 'l1' | 'l2' | 'miss' | 'invalid' | 'unavailable';

export interface CacheObserver {
  request(result: CacheResult): void;
  bytes(l1Bytes: number, l1BytesMax: number): void;
}

export const silentCacheObserver: CacheObserver = {
  request: () => undefined,
  bytes: () => undefined,
};

/** Declares the cache's metrics; called once per process. */
export function cacheMetrics(metrics: Metrics): CacheObserver {
  const requests = metrics.counter({
    name: 'cache_requests_total',
    help: 'Reads of the candle cache: served by this process (l1), by Redis (l2), or not.',
    labels: ['result'],
  });
  const bytes = metrics.gauge({ name: 'cache_bytes', help: 'Memory of series in this process.' });
  const bytesMax = metrics.gauge({
    name: 'cache_bytes_limit',
    help: 'Most memory for series in this process.',
  });
  return {
    request: (result) => requests.inc({ result }),
    bytes: (l1Bytes, l1BytesMax) => {
      bytes.set(l1Bytes);
      bytesMax.set(l1BytesMax);
    },
  };
}
