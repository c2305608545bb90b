import type { Metrics } from '#platform/metrics/metrics.ts';

const PREFETCH_OUTCOMES = ['used', 'wasted', 'fresh', 'skipped', 'failed'] as const;

/** Of the process that loads ahead. */
export function prefetchMetrics(metrics: Metrics) {
  const outcomes = metrics.counter({
    name: 'prefetch_total',
    help: 'Loads ahead of a read: read in time or for nothing; not needed, without weight left, or failed',
    labels: ['outcome'],
  });
  for (const outcome of PREFETCH_OUTCOMES) outcomes.inc({ outcome }, 0);
  const keys = metrics.gauge({
    name: 'prefetch_keys',
    help: 'Keys whose reads are followed to load ahead of them',
  });
  const keysLimit = metrics.gauge({ name: 'prefetch_keys_limit', help: 'Most such keys' });
  return { outcomes, keys, keysLimit };
}
export type PrefetchMetrics = ReturnType<typeof prefetchMetrics>;
