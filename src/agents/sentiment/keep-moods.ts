/** What the sentiment agent keeps on disk: records of its sources for the next start, moods for research. */
import { appendFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CoinSentiment } from '#core/model/sentiment.ts';
import { keptFile } from '#platform/files/kept-file.ts';
import type { KeptFile } from '#platform/files/kept-file.ts';
import type { Log } from '#platform/log/log.ts';
import { WaitingWords } from './judge-sources.ts';

const Records = z.strictObject({
  reputation: z.record(
    z.string(),
    z.strictObject({ right: z.number().nonnegative(), wrong: z.number().nonnegative() }),
  ),
  /** In the same file: a word that is judged leaves the one as it enters the other. */
  waiting: WaitingWords,
});
const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;

type SourceRecords = z.output<typeof Records>;

export interface MoodFiles {
  readonly records: KeptFile<SourceRecords>;
  /** One row a coin and hour; those of a day go to its file, which takes the place of the oldest. */
  note(moods: readonly CoinSentiment[], nowMs: number): Promise<void>;
}

export function moodFiles(
  folder: string,
  daysKept: () => number,
  log: Pick<Log, 'warn'>,
): MoodFiles {
  let notedHour: number | undefined;
  return {
    records: keptFile(join(folder, 'sources.json'), Records, log),
    note: async (moods, nowMs) => {
      const hour = Math.floor(nowMs / HOUR_MS);
      if (moods.length === 0 || notedHour === hour) return;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const day = Math.floor(hour / HOURS_A_DAY);
      const path = join(folder, `history-${day % daysKept()}.jsonl`);
      // What lies there may be of this hour and a life before, or of as many days ago as are kept.
      const writtenMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
      const writtenHour = Math.floor(writtenMs / HOUR_MS);
      const text = moods.map((mood) => `${JSON.stringify(mood)}\n`).join('');
      if (Math.floor(writtenHour / HOURS_A_DAY) !== day) await writeFile(path, text);
      else if (writtenHour !== hour) await appendFile(path, text);
      notedHour = hour;
    },
  };
}
