import { z } from 'zod';

/** Section `pair_selector` of the config. */
export const PairSelectorConfig = z.strictObject({
  /** Seconds between two runs of the chain. */
  refresh_seconds: z.number().min(1).max(86_400).default(1_800),
});
