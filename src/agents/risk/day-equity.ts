/** Equity at the end of each day, for the Sharpe ratio: a small file, so that a restart goes on. */
import { z } from 'zod';
import type { KeptFile } from './kept-file.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 400;

export const Days = z.array(z.strictObject({ day: z.int(), quote: z.number() })).max(DAYS_MAX);
type Days = z.output<typeof Days>;

export interface DayEquity {
  note(nowMs: number, quote: number): void;
  series(): readonly number[];
}

export function openDayEquity(file: KeptFile<Days>): DayEquity {
  let days = file.read() ?? [];
  return {
    note: (nowMs, quote) => {
      const day = Math.floor(nowMs / DAY_MS);
      const isNew = days.at(-1)?.day !== day;
      days = [...days.filter((one) => one.day !== day), { day, quote }].slice(-DAYS_MAX);
      // Within a day only the last value counts, and a day is lost with a crash at the most.
      if (isNew) file.write(days);
    },
    series: () => days.map(({ quote }) => quote),
  };
}
