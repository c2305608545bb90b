/** A private file of ours that people keep for years: it says which version of the program wrote it. */
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { jsonOf } from '../json-of.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

export interface VersionedFile<T> {
  /** Of the newest form that is read; the file's own must be no higher. */
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /** What to do without a copy of a damaged one. */
  readonly remedy: string;
}

const Versioned = z.looseObject({ version: z.int() });

/**
 * Undefined when there is no file.
 * @throws ConfigError when it cannot be used, saying why.
 */
export function readVersioned<T>(path: string, file: VersionedFile<T>): T | undefined {
  const text = readPrivateFile(path);
  if (text === undefined) return undefined;
  const value = jsonOf(text);
  const version = Versioned.safeParse(value).data?.version;
  if (version !== undefined && version > file.version) {
    throw new ConfigError(
      `${path} was written by a newer nightdesk (version ${version}, this one reads ${file.version}); update nightdesk`,
    );
  }
  const parsed = file.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ConfigError(
    `${path} is damaged${where === '' ? '' : ` (${where})`}; put back a copy, or delete it and ${file.remedy}`,
  );
}

export function writeVersioned<T>(path: string, { version }: VersionedFile<T>, body: object): void {
  writePrivateFile(path, `${JSON.stringify({ version, ...body }, null, 2)}\n`);
}
