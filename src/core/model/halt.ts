import { z } from 'zod';

/** Why no new entry is taken desk-wide; exits, cancels and stops go on. Halts survive restarts. */
export const HaltKind = z.enum([
  'paused',
  'kill-switch',
  'daily-loss',
  'losses-in-row',
  'drawdown',
  'end-of-data',
  'data-stale',
  'unknown-commands',
  'clock-skew',
  'venue-maintenance',
  'month-drawdown',
  'reconciliation',
  'demoted',
]);
export type HaltKind = z.output<typeof HaltKind>;

export const Halt = z.strictObject({
  kind: HaltKind,
  sinceMs: z.int(),
  reason: z.string(),
  /** What ends it, in words for the operator. */
  liftedBy: z.string(),
  /** Set when it speaks of the money of one account: another account of the desk is not halted. */
  account: z.string().optional(),
});
export type Halt = Readonly<z.output<typeof Halt>>;
