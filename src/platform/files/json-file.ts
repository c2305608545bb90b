/** A small file of our own that a restart goes on with: whole or not there, parsed before it is used. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { errorText } from '../errors.ts';
import { writePrivateFile } from './private-file.ts';

export type ReadJson<T> =
  | { readonly kind: 'kept'; readonly kept: T }
  | { readonly kind: 'none' }
  | { readonly kind: 'damaged'; readonly reason: string };

export function readJson<S extends z.ZodType>(path: string, schema: S): ReadJson<z.output<S>> {
  try {
    return { kind: 'kept', kept: schema.parse(JSON.parse(readFileSync(path, 'utf8'))) };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isAbsent ? { kind: 'none' } : { kind: 'damaged', reason: errorText(error) };
  }
}

export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writePrivateFile(path, `${JSON.stringify(value)}\n`);
}
