import { z } from 'zod';

/** Section `cache` of the config. */
export const CacheConfig = z.strictObject({
  /** Most memory for candle series kept in one process (L1). */
  max_size_mb: z.number().min(0).max(4_096).default(8),
  /** Most memory for other shared data (tickers, rules, histories, books) kept in one process. */
  shared_size_mb: z.number().min(0).max(4_096).default(4),
  /** Most of Redis' memory for them, all processes together. */
  redis_size_mb: z.number().min(1).max(65_536).default(32),
  /** How long they are good for before it is known how often they change, in seconds. */
  default_ttl: z.int().min(1).max(86_400).default(300),
  /** Whether the data agent learns what is read when, and loads it just before. */
  enable_prefetching: z.boolean().default(true),
  /** Part of the venue's request weight that such loads may use. */
  prefetch_share: z.number().min(0).max(0.5).default(0.1),
  /** Whether what lies in Redis (L2) is compressed (zstd, level 1). */
  enable_compression: z.boolean().default(true),
});
export type CacheConfig = z.output<typeof CacheConfig>;
