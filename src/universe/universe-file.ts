/**
 * The last universe on disk, with what the hysteresis counts: a restart or a wiped Redis changes
 * nothing in what the desk follows. Also read by `nightdesk pairs`, with the desk down.
 */
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Universe } from '#core/model/universe.ts';
import { Selection } from '#core/pairs/selection.ts';
import { errorText } from '#platform/errors.ts';
import { writePrivateFile } from '#platform/files/private-file.ts';

const KeptUniverse = z.strictObject({
  universe: Universe,
  selection: Selection,
  /** The chain and the list it was made by. */
  wish: z.string().max(100),
});
export type KeptUniverse = Readonly<z.output<typeof KeptUniverse>>;

export function universePath(dataDir: string): string {
  return join(dataDir, 'pair-selector', 'universe.json');
}

export type ReadUniverse =
  | { readonly kind: 'kept'; readonly kept: KeptUniverse }
  | { readonly kind: 'none' }
  | { readonly kind: 'damaged'; readonly reason: string };

export function readUniverse(path: string): ReadUniverse {
  try {
    return { kind: 'kept', kept: KeptUniverse.parse(JSON.parse(readFileSync(path, 'utf8'))) };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isAbsent ? { kind: 'none' } : { kind: 'damaged', reason: errorText(error) };
  }
}

export function writeUniverse(path: string, kept: KeptUniverse): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writePrivateFile(path, `${JSON.stringify(kept)}\n`);
}

/** A file that cannot be read is kept beside for whoever wants to know why. */
export function setAside(path: string): void {
  renameSync(path, `${path}.damaged`);
}
