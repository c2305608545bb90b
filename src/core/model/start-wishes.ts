import { z } from 'zod';

/**
 * What the person who started the desk asked for beyond the config. One start of the coordinator has
 * one `id`, however often an agent is started in it: what is asked for is done once.
 */
export const StartWishes = z.strictObject({
  id: z.string().min(1),
  /** User of the machine. */
  by: z.string(),
  /** Where that person was: host, address of the session. */
  origin: z.string().optional(),
  atMs: z.int(),
  /** Why production is started without a valid promotion; null = it is not asked for. */
  override: z.string().min(1).nullable(),
  /** The differences between ledger and venue that are found at this start are accepted. */
  acceptDifferences: z.boolean(),
  /** The limits it was started with; those in force may have become tighter since. */
  riskLimits: z.record(z.string(), z.number().nullable()).optional(),
});
export type StartWishes = Readonly<z.output<typeof StartWishes>>;
