import { Standing } from '#core/model/universe.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';

const OUTCOMES = ['done', 'kept', 'failed'] as const;
/** `kept`: the chain found no pair and the last universe stays. */
export type RunOutcome = (typeof OUTCOMES)[number];

export type SelectorMetrics = ReturnType<typeof selectorMetrics>;

/** Declares the selector's metrics; called once per process. */
export function selectorMetrics(metrics: Metrics) {
  const runs = metrics.counter({
    name: 'universe_runs_total',
    help: 'Runs of the chain: done, kept the last universe because it found nothing, or failed.',
    labels: ['outcome'],
  });
  const pairs = metrics.gauge({
    name: 'universe_pairs',
    help: 'Pairs the desk follows by standing.',
    labels: ['status'],
  });
  const changes = metrics.counter({
    name: 'universe_changes_total',
    help: 'Pairs that came, went or changed standing.',
  });
  const waiting = metrics.gauge({
    name: 'universe_waiting',
    help: 'Pairs the chain wants that have not lasted long enough to come in.',
  });
  const seconds = metrics.gauge({
    name: 'universe_run_seconds',
    help: 'Time of the last run of the chain with everything it had to fetch.',
  });
  const last = metrics.gauge({
    name: 'universe_last_timestamp_seconds',
    help: 'When a run of the chain last gave a universe.',
  });
  const failures = metrics.gauge({
    name: 'universe_failed_runs',
    help: 'Runs of the chain that gave no universe, since the last one that gave one.',
  });
  const retries = metrics.counter({
    name: 'universe_retries_total',
    help: 'Runs of the chain that came before their turn, because the one before gave no universe.',
  });
  for (const outcome of OUTCOMES) runs.inc({ outcome }, 0);
  for (const status of Standing.options) pairs.set({ status }, 0);
  waiting.set(0);
  failures.set(0);
  retries.inc({}, 0);
  return {
    ran: (outcome: RunOutcome, ms: number) => {
      runs.inc({ outcome });
      seconds.set(ms / 1_000);
    },
    gave: (atMs: number) => last.set(atMs / 1_000),
    failures: (count: number) => failures.set(count),
    retried: () => retries.inc({}),
    changed: (count: number) => changes.inc({}, count),
    stands: (standings: readonly Standing[], waits: number) => {
      for (const status of Standing.options) {
        pairs.set({ status }, standings.filter((standing) => standing === status).length);
      }
      waiting.set(waits);
    },
  };
}
