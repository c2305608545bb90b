import type { Metrics } from '#platform/metrics/metrics.ts';

/** What becomes of changes of the configuration. */
export interface ReloadMetrics {
  version(version: number): void;
  /** Times from the order to the swap, by instance. */
  applied(appliedMs: Readonly<Record<string, number>>): void;
  refused(): void;
  unchanged(): void;
}

const OUTCOMES = ['applied', 'refused', 'unchanged'] as const;

export function reloadMetrics(metrics: Metrics): ReloadMetrics {
  const version = metrics.gauge({
    name: 'config_version',
    help: 'Version of the configuration in force, as "config history" numbers them.',
  });
  const reloads = metrics.counter({
    name: 'config_reloads_total',
    help: 'Changes of the configuration that were asked for, by what came of them.',
    labels: ['outcome'],
  });
  const seconds = metrics.histogram({
    name: 'config_apply_seconds',
    help: 'From the order to swap the configuration to the swap, in each process.',
    labels: ['process'],
    buckets: [0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25],
  });
  for (const outcome of OUTCOMES) reloads.inc({ outcome }, 0);
  return {
    version: (value) => version.set(value),
    applied: (appliedMs) => {
      reloads.inc({ outcome: 'applied' });
      for (const [instance, ms] of Object.entries(appliedMs)) {
        seconds.observe({ process: processOf(instance) }, ms / 1_000);
      }
    },
    refused: () => reloads.inc({ outcome: 'refused' }),
    unchanged: () => reloads.inc({ outcome: 'unchanged' }),
  };
}

/** Workers come and go; their number is no label. */
function processOf(instance: string): string {
  return instance.replace(/-\d+$/, '');
}
