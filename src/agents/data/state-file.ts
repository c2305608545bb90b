import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { z } from 'zod';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

/** Something small on disk: replaced whole, so a kill leaves the old or the new one. */
export interface StateFile<T> {
  read(): Promise<T | undefined>;
  /** Writes soon; several changes become one write, and a full disk costs a warning. */
  save(value: T): void;
  /** Waits for the write in hand. */
  flush(): Promise<void>;
}

export function openStateFile<T>(path: string, schema: z.ZodType<T>, log: Log): StateFile<T> {
  const file = basename(path);
  let waiting: T | undefined;
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (waiting !== undefined) {
      const value = waiting;
      waiting = undefined;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.new`, JSON.stringify(value));
        await rename(`${path}.new`, path);
      } catch (error: unknown) {
        log.warn({ file, cause: errorText(error) }, 'state file not saved');
      }
    }
    writing = undefined;
  }

  return {
    read: async () => {
      try {
        const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
        if (parsed.success) return parsed.data;
        log.warn({ file }, 'state file is unreadable, starting without');
      } catch (error: unknown) {
        // None yet is the usual case of a first start.
        log.debug({ file, cause: errorText(error) }, 'no state file');
      }
      return undefined;
    },
    save: (value) => {
      waiting = value;
      writing ??= write();
    },
    flush: async () => {
      await writing;
    },
  };
}
