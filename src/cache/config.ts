import { z } from 'zod';

/** Section `cache` of the config. */
export const CacheConfig = z.strictObject({
  /** Most memory for series kept in one process (L1). */
  max_size_mb: z.number().min(0).max(4_096).default(8),
  /** Whether series in Redis (L2) are compressed (zstd, level 1). */
  enable_compression: z.boolean().default(true),
});
export type CacheConfig = z.output<typeof CacheConfig>;
