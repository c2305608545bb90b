import { z } from 'zod';
import type { Pair } from '#core/model/pair.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import type { Timeframe } from '#core/model/timeframe.ts';

/**
 * What the data agent has handed on, so that the candles that closed while it was down still get
 * their decision. Kept in a file of its own, not in Redis: Redis may be wiped at the same time.
 * A mark that is behind costs nothing: the queue's key makes a second offer harmless.
 */
export const EnqueueMarks = z.strictObject({
  venue: z.string(),
  timeframe: z.string(),
  /** Redis as it was when the marks were written; another one has lost what was offered. */
  epochId: z.string().optional(),
  /** Last close offered, by pair. */
  closes: z.record(z.string(), z.int()),
});
export type EnqueueMarks = Readonly<z.output<typeof EnqueueMarks>>;

export interface ResumeOptions {
  readonly marks: EnqueueMarks | undefined;
  readonly venue: string;
  readonly timeframe: Timeframe;
  readonly pair: Pair;
  /** End of the newest closed candle. */
  readonly lastCloseMs: number;
  readonly nowMs: number;
  readonly maxCandles: number;
  readonly maxAgeMs: number;
  /** Redis is not the one the marks speak of: what was offered within this time is offered again. */
  readonly offerAgainMs: number;
}

/**
 * The first close to offer at start: the one after the mark, within the bounds; without a mark that
 * fits, the next one to come.
 */
export function resumeCloseMs(options: ResumeOptions): { firstCloseMs: number; skipped: number } {
  const { marks, timeframe, lastCloseMs, nowMs } = options;
  const periodMs = timeframeMs(timeframe);
  const next = { firstCloseMs: lastCloseMs + periodMs, skipped: 0 };
  if (marks?.venue !== options.venue || marks.timeframe !== timeframe) return next;
  const noted = marks.closes[options.pair];
  if (noted === undefined) return next;
  const againMs = Math.ceil((nowMs - options.offerAgainMs) / periodMs) * periodMs;
  const markMs = options.offerAgainMs > 0 ? Math.min(noted, againMs) : noted;
  if (markMs >= lastCloseMs) return next;
  const boundMs = Math.max(
    lastCloseMs - (options.maxCandles - 1) * periodMs,
    Math.ceil((nowMs - options.maxAgeMs) / periodMs) * periodMs,
  );
  const wantedMs = markMs + periodMs;
  const firstCloseMs = Math.min(Math.max(wantedMs, boundMs), next.firstCloseMs);
  return { firstCloseMs, skipped: (firstCloseMs - wantedMs) / periodMs };
}
