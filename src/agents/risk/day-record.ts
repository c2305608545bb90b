/**
 * What each UTC day has earned, for the Sharpe ratio: a small file, so that a restart goes on. Profit
 * over the equity the day began with: what is paid in or out is neither.
 */
import { z } from 'zod';
import type { KeptFile } from '#platform/files/kept-file.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 400;

export const Days = z.array(z.strictObject({ day: z.int(), fraction: z.number() })).max(DAYS_MAX);
export type Days = z.output<typeof Days>;

export interface DayRecord {
  note(nowMs: number, fraction: number): void;
  /** Oldest first, the day under way last; with a time only the days after that one's. */
  series(afterMs?: number): readonly number[];
}

export function openDayRecord(file: KeptFile<Days>): DayRecord {
  let days = file.read() ?? [];
  return {
    note: (nowMs, fraction) => {
      const day = Math.floor(nowMs / DAY_MS);
      const isNew = days.at(-1)?.day !== day;
      days = [...days.filter((one) => one.day !== day), { day, fraction }].slice(-DAYS_MAX);
      // Within a day only the last value counts, and a day is lost with a crash at the most.
      if (isNew) file.write(days);
    },
    series: (afterMs = Number.NEGATIVE_INFINITY) =>
      days.filter(({ day }) => day > Math.floor(afterMs / DAY_MS)).map(({ fraction }) => fraction),
  };
}
