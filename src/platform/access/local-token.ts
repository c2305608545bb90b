/**
 * A token for the programs of the desk's own user, `status` for one: made anew in each life of the
 * gateway and left where only that user can read it.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPrivateFile, writePrivateFile } from '../files/private-file.ts';
import { newTokenText, tokenHash } from './token-text.ts';
import type { ApiToken } from './token-file.ts';

export const LOCAL_NAME = 'local';

function localTokenPath(dataDir: string): string {
  return join(dataDir, 'run', 'api-token');
}

/** Makes and leaves it. It may read, no more: whoever acts has a name. */
export function makeLocalToken(dataDir: string, nowMs: number): ApiToken {
  const text = newTokenText();
  const path = localTokenPath(dataDir);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writePrivateFile(path, text);
  return {
    name: LOCAL_NAME,
    role: 'viewer',
    sha256: tokenHash(text),
    createdMs: nowMs,
    createdBy: 'gateway',
    expiresMs: null,
  };
}

/** Undefined while no gateway has run on the folder. */
export function readLocalToken(dataDir: string): string | undefined {
  return readPrivateFile(localTokenPath(dataDir));
}
