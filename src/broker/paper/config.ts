import { z } from 'zod';

/** The `execution.paper` section: how the simulated venue behaves. */
export const PaperConfig = z.strictObject({
  /** One seed, one sequence of latencies. */
  seed: z.int().min(0).default(1),
  /** Median time from sending a command to its answer; half of it passes before it takes effect. */
  latency_ms: z.number().min(0).max(10_000).default(50),
  /** Spread of the latency: standard deviation of its logarithm. */
  latency_sigma: z.number().min(0).max(2).default(0.3),
  maker_fee_fraction: z.number().min(0).max(0.1).default(0.001),
  taker_fee_fraction: z.number().min(0).max(0.1).default(0.001),
  /** An older book fills nothing: entries are refused, exits wait for the next one. */
  book_max_age_ms: z.int().min(100).max(60_000).default(3_000),
  /** Taken off the price of a stop that triggered while nobody watched the book. */
  gap_slippage_fraction: z.number().min(0).max(0.1).default(0.0005),
  /** A trailing stop is moved when it can rise by this fraction of its level. */
  trailing_step_fraction: z.number().min(0).max(0.1).default(0.0005),
});
export type PaperConfig = Readonly<z.output<typeof PaperConfig>>;
