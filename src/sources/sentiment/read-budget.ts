/**
 * So many reads a month of a source that bills or counts each of them, spread evenly. They are counted on disk
 * before the question is sent: neither a kill nor a crash loop reads, and pays, twice.
 */
import { z } from 'zod';
import { DeskError, TransientError } from '#platform/errors.ts';
import type { KeptFile } from '#platform/files/kept-file.ts';

export const ReadsOfMonth = z.strictObject({
  /** `2026-11`, in UTC. */
  month: z.string().max(7),
  reads: z.int().nonnegative(),
  lastMs: z.int(),
});
export type ReadsOfMonth = z.output<typeof ReadsOfMonth>;

export interface ReadBudget {
  /** What one question may read. */
  readonly readsEach: number;
  readonly intervalMs: number;
  /**
   * Counts a question; false while the last one is too near.
   * @throws TransientError when the month's reads are used up.
   */
  take(nowMs: number): boolean;
  /** So many of the question that was counted were read. */
  settle(reads: number): void;
}

/** After these an answer may have been sent, and so counted. */
const MAYBE_COUNTED = new Set([
  'source-unreachable',
  'source-timeout',
  'source-garbled',
  'source-too-large',
]);

/** A question that was counted; one that was refused, or not sent, was not. */
export async function asking<T>(budget: ReadBudget, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DeskError && !MAYBE_COUNTED.has(error.code)) budget.settle(0);
    throw error;
  }
}

/** The longest of months. */
const MONTH_MS = 31 * 86_400_000;
/** Periodic work comes a tenth early at times. */
const EARLY = 0.8;

export function createReadBudget(options: {
  readonly source: string;
  readonly monthly: number;
  /** As configured; longer when so many questions would be too many. */
  readonly intervalMs: number;
  /** Of one question. */
  readonly readsMin: number;
  readonly readsMax: number;
  readonly file: KeptFile<ReadsOfMonth>;
}): ReadBudget {
  const { source, monthly, readsMin, readsMax, file } = options;
  const intervalMs = Math.max(options.intervalMs, Math.ceil((MONTH_MS * readsMin) / monthly));
  const share = Math.floor((monthly * intervalMs) / MONTH_MS);
  const readsEach = Math.max(readsMin, Math.min(readsMax, share));
  let kept = file.read() ?? { month: '', reads: 0, lastMs: 0 };

  function keep(changed: ReadsOfMonth): void {
    kept = changed;
    file.write(kept);
  }

  return {
    readsEach,
    intervalMs,
    take: (nowMs) => {
      const sinceMs = nowMs - kept.lastMs;
      // A clock that was set back must not hold it up until then.
      if (sinceMs >= 0 && sinceMs < EARLY * intervalMs) return false;
      const month = new Date(nowMs).toISOString().slice(0, 7);
      const reads = (kept.month === month ? kept.reads : 0) + readsEach;
      if (reads > monthly) {
        throw new TransientError(
          'reads-used-up',
          `the reads of this month are used up: sentiment_agent.sources.${source}.monthly_reads`,
        );
      }
      keep({ month, reads, lastMs: Math.floor(nowMs) });
      return true;
    },
    settle: (reads) => keep({ ...kept, reads: Math.max(0, kept.reads - readsEach + reads) }),
  };
}
