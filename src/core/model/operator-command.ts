import { z } from 'zod';
import { ConformanceResult } from '#core/promotion/conformance.ts';
import { PromotionNote } from '#core/promotion/promotion-record.ts';

/** A person's order to the desk. Carried by IPC, so it works while Redis is down. */
export const OperatorCommand = z.strictObject({
  /** The caller's key: the same key is carried out once. */
  id: z.string().min(8).max(64),
  kind: z.enum([
    'pause',
    'resume',
    'flatten',
    'kill-switch',
    'accept-differences',
    'promote',
    'demote',
    'note-conformance',
  ]),
  by: z.string(),
  /** Where the person was: host, address of the session. */
  origin: z.string().optional(),
  reason: z.string(),
  /** Of `promote` and `demote`. */
  promotion: PromotionNote.optional(),
  /** Of `note-conformance`. */
  conformance: ConformanceResult.optional(),
  issuedMs: z.int(),
});
export type OperatorCommand = Readonly<z.output<typeof OperatorCommand>>;

export const OperatorCommandResult = z.strictObject({
  id: z.string(),
  isDone: z.boolean(),
  message: z.string(),
});
export type OperatorCommandResult = Readonly<z.output<typeof OperatorCommandResult>>;
