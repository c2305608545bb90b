/** Who came and went, when and why: one line of JSON each, the newest last, at most so many. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Pair } from '#core/model/pair.ts';
import { Standing } from '#core/model/universe.ts';
import { writePrivateFile } from '#platform/files/private-file.ts';
import { jsonOf } from '#platform/json-of.ts';

const Place = z.enum([...Standing.options, 'out']);

export const UniverseChange = z.strictObject({
  atMs: z.int(),
  version: z.int(),
  pair: Pair,
  from: Place,
  to: Place,
  why: z.string().max(300),
});
export type UniverseChange = Readonly<z.output<typeof UniverseChange>>;

export function changesPath(dataDir: string): string {
  return join(dataDir, 'pair-selector', 'changes.jsonl');
}

/** Lines that do not parse (a torn one after a crash) are left out. */
export function readChanges(path: string): readonly UniverseChange[] {
  return linesOf(path).flatMap((line) => {
    const parsed = UniverseChange.safeParse(jsonOf(line));
    return parsed.success ? [parsed.data] : [];
  });
}

export interface ChangeLog {
  add(changes: readonly UniverseChange[]): void;
}

export function openChangeLog(path: string, changesMax: number): ChangeLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Counted once; from here on this process is the only writer.
  let lines = linesOf(path).length;
  return {
    add: (changes) => {
      if (changes.length === 0) return;
      // Begins on a line of its own, whatever a crash left at the end.
      const text = changes.map((change) => `${JSON.stringify(change)}\n`).join('');
      appendFileSync(path, endsTorn(path) ? `\n${text}` : text, { mode: 0o600 });
      lines += changes.length;
      if (lines <= changesMax * 2) return;
      const newest = readChanges(path).slice(-changesMax);
      writePrivateFile(path, newest.map((change) => `${JSON.stringify(change)}\n`).join(''));
      lines = newest.length;
    },
  };
}

function endsTorn(path: string): boolean {
  const text = textOf(path);
  return text !== '' && !text.endsWith('\n');
}

function linesOf(path: string): string[] {
  return textOf(path)
    .split('\n')
    .filter((line) => line !== '');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
