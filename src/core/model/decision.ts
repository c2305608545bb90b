import { z } from 'zod';
import { Pair } from './pair.ts';
import { Timeframe } from './timeframe.ts';

/** One analyst's opinion: stance -1 (sell) to 1 (buy), how sure it is, and why. */
export const AnalystReport = z.strictObject({
  analyst: z.string().min(1),
  stance: z.number().min(-1).max(1),
  confidence: z.number().min(0).max(1),
  evidence: z.array(
    z.strictObject({
      text: z.string(),
      values: z.record(z.string(), z.number()),
    }),
  ),
});
export type AnalystReport = Readonly<z.output<typeof AnalystReport>>;

/** Why a decision may not open a position whatever the committee thinks. */
export const NoEntryReason = z.enum([
  'backfilled',
  'late',
  'warming-up',
  'stale-candles',
  'no-trades',
  'cooldown',
  'position-open',
  'exit-only',
  'not-selected',
  'low-confidence',
  'conflict',
]);
export type NoEntryReason = z.output<typeof NoEntryReason>;

/** What the committee decided at one candle close; recorded once per {@link evaluationKey}. */
export const Decision = z.strictObject({
  evaluationId: z.string(),
  variant: z.string(),
  pair: Pair,
  timeframe: Timeframe,
  closeMs: z.int(),
  action: z.enum(['buy', 'sell', 'hold']),
  stance: z.number().min(-1).max(1),
  confidence: z.number().min(0).max(1),
  noEntry: z.array(NoEntryReason),
  rationale: z.string(),
  reports: z.array(AnalystReport),
  lastPrice: z.number().positive(),
  /** Fractions of the price; absent for hold. */
  stopDistanceFraction: z.number().positive().optional(),
  targetDistanceFraction: z.number().positive().optional(),
  intentId: z.string().optional(),
  decidedMs: z.int(),
  evaluationMs: z.number().nonnegative(),
  worker: z.string(),
});
export type Decision = Readonly<z.output<typeof Decision>>;
