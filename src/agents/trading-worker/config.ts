import { z } from 'zod';

/** Section `trading_worker` of the config. */
export const TradingWorkerConfig = z.strictObject({
  /** Evaluations in hand at once; they wait for Redis, so a few overlap well. */
  concurrency: z.int().min(1).max(64).default(4),
  /** A close is late when it is older than the longer of the two: no entry on it. */
  late_after_seconds: z.number().positive().max(3_600).default(5),
  late_after_fraction: z.number().min(0).max(10).default(0.5),
  /** How long to wait for the candles of a close to arrive in the shared cache. */
  candle_wait_ms: z.int().min(0).max(10_000).default(1_000),
  /** After this an entry is no longer wanted. */
  intent_expires_seconds: z.number().positive().max(3_600).default(15),
});
export type TradingWorkerConfig = z.output<typeof TradingWorkerConfig>;
