/** All processes' metrics as one Prometheus text. */
import AggregatorRegistry from 'prom-client/lib/cluster.js';
import { z } from 'zod';
import type { MetricFamily } from '#platform/metrics/metrics.ts';

const Labels = z.record(z.string(), z.union([z.string(), z.number()]));

/** What another process published: as loose as prom-client may make it, as strict as merging needs. */
const Family = z.looseObject({
  name: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram', 'summary']),
  aggregator: z.enum(['sum', 'first', 'min', 'max', 'average', 'omit']),
  values: z.array(
    z.looseObject({
      // A mean of nothing is no number, and null once it was JSON.
      value: z.union([z.number(), z.nan(), z.null()]),
      labels: Labels,
      metricName: z.string().optional(),
    }),
  ),
});

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Families that cannot be read, and those that clash with what is merged already, are left out. */
export async function mergeMetrics(
  processes: readonly (readonly unknown[])[],
  onUnmerged: () => void,
): Promise<string> {
  const types = new Map<string, string>();
  const readable = processes.map((families) =>
    families.flatMap((family) => {
      const parsed = Family.safeParse(family);
      const isClash =
        parsed.success && (types.get(parsed.data.name) ?? parsed.data.type) !== parsed.data.type;
      if (!parsed.success || isClash) {
        onUnmerged();
        return [];
      }
      types.set(parsed.data.name, parsed.data.type);
      // Samples of processes differ in their labels, so nothing is ever added up; but prom-client
      // would leave out what cannot be, such as when a process started.
      const known = family as MetricFamily;
      const values = known.values.filter(({ value }) => Number.isFinite(value));
      return [{ ...known, values, aggregator: 'first' as const }];
    }),
  );
  return AggregatorRegistry.aggregate(readable).metrics();
}
