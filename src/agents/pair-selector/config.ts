import { z } from 'zod';
import { Chain } from '#core/pairs/config.ts';
import { Hysteresis } from '#core/pairs/selection.ts';

/** Section `pair_selector` of the config. */
export const PairSelectorConfig = z.strictObject({
  /** Seconds between two runs of the chain. */
  refresh_seconds: z.number().min(1).max(86_400).default(1_800),
  /** Steps in their order; each has a name and its own parameters. */
  chain: Chain.prefault([{ name: 'static' }]),
  hysteresis: Hysteresis.prefault({}),
  /** Whether a chain that finds no pair leaves the desk with none. */
  allow_empty: z.boolean().default(false),
  /** Most time a step waits for one piece of data. */
  wait_seconds: z.number().min(0.1).max(120).default(20),
  /** Changes kept for `nightdesk pairs history`. */
  history_max: z.int().min(10).max(100_000).default(2_000),
});
export type PairSelectorConfig = z.output<typeof PairSelectorConfig>;
