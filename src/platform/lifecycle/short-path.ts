import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';

/** The kernel takes 107 bytes of a unix socket's path and fails on the rest. */
const SOCKET_PATH_BYTES_MAX = 107;

export function runFolder(dataDir: string): string {
  return resolve(dataDir, 'run');
}

/**
 * Path of a socket in the run folder, by a short detour (a symbolic link in the temporary folder)
 * when the real one is too long for a socket. Every process comes to the same answer.
 */
export function socketPath(dataDir: string, name: string): string {
  const folder = runFolder(dataDir);
  const direct = join(folder, name);
  if (Buffer.byteLength(direct) <= SOCKET_PATH_BYTES_MAX) return direct;
  mkdirSync(folder, { recursive: true });
  return join(shortLink(folder), name);
}

function shortLink(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const owner = process.getuid?.() ?? 0;
  const link = join(tmpdir(), `nightdesk-${owner}-${name}`);
  try {
    symlinkSync(folder, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  // The temporary folder belongs to everybody: a link of somebody else's would lead elsewhere.
  const isOurs = lstatSync(link).uid === owner && readlinkSync(link) === folder;
  if (!isOurs) throw new ConfigError(`${link} is in the way; delete it or use a shorter data_dir`);
  return link;
}
