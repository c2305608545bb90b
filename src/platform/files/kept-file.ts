/** A small file that a restart goes on with: what cannot be read or written is warned of and stops nothing. */
import type { z } from 'zod';
import { errorText } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { readJson, writeJson } from './json-file.ts';

export interface KeptFile<T> {
  /** Undefined: there is none, or none that can be read. */
  read(): T | undefined;
  write(value: T): void;
}

export function keptFile<S extends z.ZodType>(
  path: string,
  schema: S,
  log: Pick<Log, 'warn'>,
): KeptFile<z.output<S>> {
  let isFailing = false;
  return {
    read: () => {
      const read = readJson(path, schema);
      if (read.kind === 'damaged') {
        log.warn({ path, cause: read.reason }, 'a kept file cannot be read, a new one begins');
      }
      return read.kind === 'kept' ? read.kept : undefined;
    },
    write: (value) => {
      try {
        writeJson(path, value);
        isFailing = false;
      } catch (error) {
        if (!isFailing) log.warn({ path, cause: errorText(error) }, 'a file cannot be kept');
        isFailing = true;
      }
    },
  };
}
