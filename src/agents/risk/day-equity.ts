/** Equity at the end of each day, for the Sharpe ratio: a small file, so that a restart goes on. */
import { z } from 'zod';
import { readJson, writeJson } from '#platform/files/json-file.ts';
import type { Log } from '#platform/log/log.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 400;

const Days = z.array(z.strictObject({ day: z.int(), quote: z.number() })).max(DAYS_MAX);

export interface DayEquity {
  note(nowMs: number, quote: number): void;
  series(): readonly number[];
}

export function openDayEquity(path: string, log: Log): DayEquity {
  const read = readJson(path, Days);
  if (read.kind === 'damaged') {
    log.warn({ path, cause: read.reason }, 'the record of days cannot be read, a new one begins');
  }
  let days = read.kind === 'kept' ? read.kept : [];
  return {
    note: (nowMs, quote) => {
      const day = Math.floor(nowMs / DAY_MS);
      const isNew = days.at(-1)?.day !== day;
      days = [...days.filter((one) => one.day !== day), { day, quote }].slice(-DAYS_MAX);
      // Within a day only the last value counts, and a day is lost with a crash at the most.
      if (isNew) writeJson(path, days);
    },
    series: () => days.map(({ quote }) => quote),
  };
}
