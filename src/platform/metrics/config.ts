import { z } from 'zod';

/** Section `metrics` of the config. `/metrics` of the gateway needs none of it. */
export const MetricsConfig = z.strictObject({
  /** Where each process serves its own figures; see `own-port.ts`. null = nowhere. */
  base_port: z.int().min(1).max(65_400).nullable().default(null),
  host: z.string().min(1).default('127.0.0.1'),
});
export type MetricsConfig = z.output<typeof MetricsConfig>;

const WithMetrics = z.looseObject({ metrics: MetricsConfig });

/** The section in a config of which nothing else is known; the defaults where it is missing. */
export function metricsConfigOf(config: unknown): MetricsConfig {
  const parsed = WithMetrics.safeParse(config);
  return parsed.success ? parsed.data.metrics : MetricsConfig.parse({});
}
