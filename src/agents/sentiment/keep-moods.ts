/** What the sentiment agent keeps on disk: reputations for the next start, moods for research. */
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CoinSentiment } from '#core/model/sentiment.ts';
import type { SourceRecord } from '#core/sentiment/stream/reputation.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

const Records = z.record(
  z.string(),
  z.strictObject({ right: z.number().nonnegative(), wrong: z.number().nonnegative() }),
);
const DAY_MS = 86_400_000;

export interface MoodFiles {
  readReputation(): Promise<Readonly<Record<string, SourceRecord>>>;
  saveReputation(records: Readonly<Record<string, SourceRecord>>): Promise<void>;
  /** One file a day of rows; files beyond the days kept are emptied. */
  note(moods: readonly CoinSentiment[], nowMs: number): Promise<void>;
}

export function moodFiles(folder: string, daysKept: () => number, log: Log): MoodFiles {
  const reputationPath = join(folder, 'reputation.json');
  const dayPath = (nowMs: number): string =>
    // As many names as days: the file of a day takes the place of the oldest.
    join(folder, `history-${Math.floor(nowMs / DAY_MS) % daysKept()}.jsonl`);
  let current = '';
  return {
    readReputation: async () => {
      try {
        return Records.parse(JSON.parse(await readFile(reputationPath, 'utf8')));
      } catch (error) {
        const isNew = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        if (!isNew)
          log.warn({ cause: errorText(error) }, 'reputations cannot be read, all begin anew');
        return {};
      }
    },
    saveReputation: async (records) => {
      await mkdir(folder, { recursive: true });
      await writeFile(`${reputationPath}.new`, JSON.stringify(records));
      await rename(`${reputationPath}.new`, reputationPath);
    },
    note: async (moods, nowMs) => {
      await mkdir(folder, { recursive: true });
      const path = dayPath(nowMs);
      const text = moods.map((mood) => `${JSON.stringify(mood)}\n`).join('');
      if (current !== '' && current !== path) await writeFile(path, text);
      else await appendFile(path, text);
      current = path;
    },
  };
}
