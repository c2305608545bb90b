/** Equity at the end of each day, for the Sharpe ratio: a small file, so that a restart goes on. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 400;

const Days = z.array(z.strictObject({ day: z.int(), quote: z.number() })).max(DAYS_MAX);
type Days = z.output<typeof Days>;

export interface DayEquity {
  note(nowMs: number, quote: number): Promise<void>;
  series(): readonly number[];
}

export async function openDayEquity(path: string, log: Log): Promise<DayEquity> {
  let days = await read(path, log);
  return {
    note: async (nowMs, quote) => {
      const day = Math.floor(nowMs / DAY_MS);
      const isNew = days.at(-1)?.day !== day;
      days = [...days.filter((one) => one.day !== day), { day, quote }].slice(-DAYS_MAX);
      // Within a day only the last value counts, and a day is lost with a crash at the most.
      if (!isNew) return;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify(days));
      await rename(`${path}.new`, path);
    },
    series: () => days.map(({ quote }) => quote),
  };
}

async function read(path: string, log: Log): Promise<Days> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return [];
  }
  try {
    return Days.parse(JSON.parse(text));
  } catch (error) {
    log.warn(
      { path, cause: errorText(error) },
      'the record of days cannot be read, a new one begins',
    );
    return [];
  }
}
