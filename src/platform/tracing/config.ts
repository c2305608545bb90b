import { z } from 'zod';

/** Section `tracing` of the config: spans by OTLP over HTTP to a collector of the operator's. */
export const TracingConfig = z
  .strictObject({
    enabled: z.boolean().default(false),
    /** OTLP/HTTP address for traces, e.g. `http://127.0.0.1:4318/v1/traces`. */
    endpoint: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null),
    /** One header of the collector's choice; its value is a secret. */
    header: z
      .strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9-]{1,64}$/, 'expected the name of an HTTP header')
          .default('authorization'),
        secret: z.string().min(1).nullable().default(null),
      })
      .prefault({}),
    /** Share of the candle closes whose trace is kept; decided once for a whole trace. */
    sample_fraction: z.number().gt(0).max(1).default(1),
    /** Spans that wait for the collector in each process; more are dropped and counted. */
    queue_max: z.int().min(16).max(100_000).default(2_048),
    /** A batch without an answer for so long is given up. */
    timeout_ms: z.int().min(100).max(60_000).default(5_000),
  })
  .refine(({ enabled, endpoint }) => !enabled || endpoint !== null, {
    path: ['endpoint'],
    message: 'tracing needs the address of a collector, e.g. http://127.0.0.1:4318/v1/traces',
  });
export type TracingConfig = z.output<typeof TracingConfig>;
