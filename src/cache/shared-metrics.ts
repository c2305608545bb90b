import type { Metrics } from '#platform/metrics/metrics.ts';
import { KINDS } from './kinds.ts';

/** `joined`: waited for a load that was under way; `load`: had to be loaded. */
const RESULTS = ['l1', 'l2', 'stale', 'negative', 'joined', 'load', 'failed', 'absent'] as const;
export type SharedResult = (typeof RESULTS)[number];
const SAVED: ReadonlySet<SharedResult> = new Set(['l1', 'l2', 'stale', 'negative', 'joined']);

const EVICTIONS = ['expired', 'least-value'] as const;
const REFUSALS = ['invalid', 'outdated', 'too-large'] as const;
const OUTCOMES = ['ok', 'none', 'failed'] as const;
const LEVELS = ['l1', 'l2'] as const;

export interface SharedCacheObserver {
  request(kind: string, result: SharedResult): void;
  load(kind: string, outcome: (typeof OUTCOMES)[number], seconds: number): void;
  evicted(level: 'l1' | 'l2', reason: (typeof EVICTIONS)[number], count: number): void;
  refused(reason: (typeof REFUSALS)[number]): void;
  bytes(level: 'l1' | 'l2', bytes: number, limit: number): void;
}

/** Declares the shared cache's metrics; called once per process. */
export function sharedCacheMetrics(metrics: Metrics): SharedCacheObserver {
  const requests = metrics.counter({
    name: 'shared_cache_requests_total',
    help: 'Reads of the shared cache by kind: from this process (l1), Redis (l2), stale while fetched again, known to be absent (negative), joined to a load under way, loaded, failed, or absent',
    labels: ['kind', 'result'],
  });
  const saved = metrics.counter({
    name: 'shared_cache_saved_weight_total',
    help: 'Request weight of the venue that reads of the shared cache did not use',
    labels: ['kind'],
  });
  const loads = metrics.histogram({
    name: 'shared_cache_load_seconds',
    help: 'Time of the loads this process did for the shared cache',
    labels: ['kind', 'outcome'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const evictions = metrics.counter({
    name: 'shared_cache_evictions_total',
    help: 'Entries this process gave up, or had Redis give up, by why',
    labels: ['level', 'reason'],
  });
  const refused = metrics.counter({
    name: 'shared_cache_refused_total',
    help: 'Entries not taken: unreadable, outdated while they were loaded, or larger than the budget',
    labels: ['reason'],
  });
  const bytes = metrics.gauge({
    name: 'shared_cache_bytes',
    help: 'Size of the shared cache: copies in this process (l1), all entries in Redis (l2)',
    labels: ['level'],
  });
  const limit = metrics.gauge({
    name: 'shared_cache_bytes_limit',
    help: 'Most bytes of it',
    labels: ['level'],
  });
  const weights = new Map(KINDS.map(({ name, weight }) => [name, weight]));
  for (const { name: kind } of KINDS) {
    saved.inc({ kind }, 0);
    for (const result of RESULTS) requests.inc({ kind, result }, 0);
    for (const outcome of OUTCOMES) loads.zero({ kind, outcome });
  }
  for (const level of LEVELS) {
    for (const reason of EVICTIONS) evictions.inc({ level, reason }, 0);
  }
  for (const reason of REFUSALS) refused.inc({ reason }, 0);
  return {
    request: (kind, result) => {
      requests.inc({ kind, result });
      if (SAVED.has(result)) saved.inc({ kind }, weights.get(kind) ?? 0);
    },
    load: (kind, outcome, seconds) => loads.observe({ kind, outcome }, seconds),
    evicted: (level, reason, count) => evictions.inc({ level, reason }, count),
    refused: (reason) => refused.inc({ reason }),
    bytes: (level, count, most) => {
      bytes.set({ level }, count);
      limit.set({ level }, most);
    },
  };
}
