import { z } from 'zod';

/** A person's order to the desk. Carried by IPC, so it works while Redis is down. */
export const OperatorCommand = z.strictObject({
  /** The caller's key: the same key is carried out once. */
  id: z.string().min(8).max(64),
  kind: z.enum(['pause', 'resume', 'flatten', 'kill-switch', 'accept-differences']),
  by: z.string(),
  /** Where the person was: host, address of the session. */
  origin: z.string().optional(),
  reason: z.string(),
  issuedMs: z.int(),
});
export type OperatorCommand = Readonly<z.output<typeof OperatorCommand>>;

export const OperatorCommandResult = z.strictObject({
  id: z.string(),
  isDone: z.boolean(),
  message: z.string(),
});
export type OperatorCommandResult = Readonly<z.output<typeof OperatorCommandResult>>;
