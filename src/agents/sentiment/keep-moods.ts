/** What the sentiment agent keeps on disk: reputations for the next start, moods for research. */
import { appendFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CoinSentiment } from '#core/model/sentiment.ts';
import type { SourceRecord } from '#core/sentiment/stream/reputation.ts';
import { readJson, writeJson } from '#platform/files/json-file.ts';
import type { Log } from '#platform/log/log.ts';

const Records = z.record(
  z.string(),
  z.strictObject({ right: z.number().nonnegative(), wrong: z.number().nonnegative() }),
);
const DAY_MS = 86_400_000;

export interface MoodFiles {
  readReputation(): Readonly<Record<string, SourceRecord>>;
  saveReputation(records: Readonly<Record<string, SourceRecord>>): void;
  /** Rows of a day go to its file, which takes the place of the oldest. */
  note(moods: readonly CoinSentiment[], nowMs: number): Promise<void>;
}

export function moodFiles(folder: string, daysKept: () => number, log: Log): MoodFiles {
  const reputationPath = join(folder, 'reputation.json');
  return {
    readReputation: () => {
      const read = readJson(reputationPath, Records);
      if (read.kind === 'damaged') {
        log.warn({ cause: read.reason }, 'reputations cannot be read, all begin anew');
      }
      return read.kind === 'kept' ? read.kept : {};
    },
    saveReputation: (records) => writeJson(reputationPath, records),
    note: async (moods, nowMs) => {
      await mkdir(folder, { recursive: true });
      const day = Math.floor(nowMs / DAY_MS);
      const path = join(folder, `history-${day % daysKept()}.jsonl`);
      const text = moods.map((mood) => `${JSON.stringify(mood)}\n`).join('');
      // What lies there may be of as many days ago as are kept, also after a restart.
      const writtenMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
      const isOfToday = Math.floor(writtenMs / DAY_MS) === day;
      await (isOfToday ? appendFile(path, text) : writeFile(path, text));
    },
  };
}
