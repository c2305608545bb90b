import { z } from 'zod';

/** Section `data_agent` of the config. */
export const DataAgentConfig = z.strictObject({
  /** Candles kept and shared of each timeframe; the committee looks at 300. */
  history_candles: z.int().min(100).max(5_000).default(500),
  /** Without word from the venue a candle is asked for this long after its end. */
  close_grace_ms: z.int().min(100).max(60_000).default(1_500),
  /** The same when a trade or candle of the next period has already come. */
  evidence_grace_ms: z.int().min(0).max(10_000).default(250),
  /** A whole stream silent for so long is checked over REST. */
  mute_after_ms: z.int().min(200).max(60_000).default(1_500),
  /** One pair silent on a stream that speaks is checked after this. */
  quiet_after_ms: z.int().min(1_000).max(600_000).default(10_000),
  /** Data older than this is stale: no entries. */
  stale_after_ms: z.int().min(500).max(600_000).default(5_000),
  /** Pace of the batches of quotes and books, and of trades. */
  quote_flush_ms: z.int().min(20).max(1_000).default(200),
  trade_flush_ms: z.int().min(10).max(1_000).default(50),
  /** How often the venue's trading rules are read again: 20 of the weight each time. */
  instruments_interval_seconds: z.int().min(1).max(86_400).default(2),
  /** Candles of an outage that still get their (no-entry) decision, a pair. */
  backfill_max_candles: z.int().min(0).max(5_000).default(500),
  backfill_max_age_seconds: z.int().min(0).max(86_400).default(3_600),
});
export type DataAgentConfig = z.output<typeof DataAgentConfig>;
