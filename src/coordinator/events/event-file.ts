/**
 * The lines of the coordinator's events in `data/run`: two files, the older one complete. Writing
 * is best effort and never waited for: what a full disk did not take is written with the next line.
 * A torn last line is skipped by whoever reads.
 */
import { readFileSync } from 'node:fs';
import { appendFile, rename, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#platform/log/log.ts';

export interface EventFile {
  /** Resolves when the lines are written or could not be. */
  append(line: string): Promise<void>;
  /** Notes in the file's time that the desk lives. */
  touch(atMs: number): Promise<void>;
}

const FILE = 'events.jsonl';
const OLDER_FILE = 'events.1.jsonl';
// With a few hundred bytes an event, two of them hold some thousands.
const BYTES_MAX = 524_288;
const UNWRITTEN_MAX = 1_000;

export function eventFile(directory: string, log: Log): EventFile {
  const path = join(directory, FILE);
  let unwritten: string[] = [];
  let isFailing = false;
  let turn = Promise.resolve();

  async function write(): Promise<void> {
    const lines = unwritten;
    if (lines.length === 0) return;
    unwritten = [];
    try {
      await rotate(directory);
      // Begins with a new line: a torn one before it stays alone.
      await appendFile(path, lines.map((line) => `\n${line}`).join(''), { mode: 0o600 });
      isFailing = false;
    } catch (error) {
      unwritten = [...lines, ...unwritten].slice(-UNWRITTEN_MAX);
      if (!isFailing) log.warn({ err: error }, 'events of the desk cannot be written');
      isFailing = true;
    }
  }

  return {
    append: async (line) => {
      unwritten.push(line);
      turn = turn.then(write);
      await turn;
    },
    touch: async (atMs) => {
      await utimes(path, atMs / 1_000, atMs / 1_000).catch(() => undefined);
    },
  };
}

async function rotate(directory: string): Promise<void> {
  const path = join(directory, FILE);
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  if (bytes >= BYTES_MAX) await rename(path, join(directory, OLDER_FILE));
}

/** All lines, oldest first; none of a file that is not there. */
export function readEventLines(directory: string): string[] {
  return [OLDER_FILE, FILE].flatMap((name) => {
    try {
      return readFileSync(join(directory, name), 'utf8').split('\n');
    } catch {
      // Not there yet, or unreadable: the numbers then begin after those that are.
      return [];
    }
  });
}

/** When a desk last noted that it lives. */
export async function lastSeenMs(directory: string): Promise<number | undefined> {
  return await stat(join(directory, FILE)).then(
    ({ mtimeMs }) => Math.round(mtimeMs),
    () => undefined,
  );
}
