import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { z } from 'zod';
import { errorText } from '#platform/errors.ts';
import { readJson } from '#platform/files/json-file.ts';
import type { Log } from '#platform/log/log.ts';

/**
 * Something small on disk that changes often: replaced whole, so a kill leaves the old or the new one,
 * and not pressed to the disk, since a power cut may cost it (platform/files/json-file.ts is for the rest).
 */
export interface StateFile<T> {
  /** Undefined when there is none, or a damaged one. */
  read(): T | undefined;
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
    read: () => {
      const found = readJson(path, schema);
      if (found.kind === 'kept') return found.kept;
      if (found.kind === 'damaged') {
        log.warn({ file, why: found.reason }, 'state file is damaged, starting without');
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
