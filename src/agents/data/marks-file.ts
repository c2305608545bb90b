import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import { EnqueueMarks } from './enqueue-marks.ts';

/** The marks on disk: replaced whole, so a kill leaves the old or the new ones. */
export interface MarksFile {
  read(): Promise<EnqueueMarks | undefined>;
  /** Writes soon; several changes become one write, and a full disk costs a warning. */
  save(marks: EnqueueMarks): void;
  /** Waits for the write in hand. */
  flush(): Promise<void>;
}

export function openMarksFile(path: string, log: Log): MarksFile {
  let waiting: EnqueueMarks | undefined;
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (waiting !== undefined) {
      const marks = waiting;
      waiting = undefined;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.new`, JSON.stringify(marks));
        await rename(`${path}.new`, path);
      } catch (error: unknown) {
        log.warn({ cause: errorText(error) }, 'marks of offered closes not saved');
      }
    }
    writing = undefined;
  }

  return {
    read: async () => {
      try {
        const parsed = EnqueueMarks.safeParse(JSON.parse(await readFile(path, 'utf8')));
        if (parsed.success) return parsed.data;
        log.warn({}, 'marks of offered closes are unreadable, starting without');
      } catch (error: unknown) {
        // None yet is the usual case of a first start.
        log.debug({ cause: errorText(error) }, 'no marks of offered closes');
      }
      return undefined;
    },
    save: (marks) => {
      waiting = marks;
      writing ??= write();
    },
    flush: async () => {
      await writing;
    },
  };
}
