/**
 * The last universe on disk, with what the hysteresis counts: a restart or a wiped Redis changes
 * nothing in what the desk follows. Also read by `nightdesk pairs`, with the desk down.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Universe } from '#core/model/universe.ts';
import { Selection } from '#core/pairs/selection.ts';
import { readJson, writeJson } from '#platform/files/json-file.ts';
import type { ReadJson } from '#platform/files/json-file.ts';

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

export function readUniverse(path: string): ReadJson<KeptUniverse> {
  return readJson(path, KeptUniverse);
}

export function writeUniverse(path: string, kept: KeptUniverse): void {
  writeJson(path, kept);
}

/** A file that cannot be read is kept beside for whoever wants to know why. */
export function setAside(path: string): void {
  renameSync(path, `${path}.damaged`);
}
