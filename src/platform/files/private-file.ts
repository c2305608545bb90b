import { chownSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError, errorText } from '../errors.ts';

/** Bits of a file's mode that let anybody but its owner in. */
const OTHERS = 0o077;

export function isOpenToOthers(path: string): boolean {
  return (statSync(path).mode & OTHERS) !== 0;
}

/**
 * Replaces a file that only its owner may read: the whole of the new one or the old one is there,
 * whenever the power goes.
 */
export function writePrivateFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush: true });
    giveToOwnerOf(dirname(path), temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new ConfigError(`${path} cannot be written: ${errorText(error)}`);
  }
}

/** What root writes for a service would be closed to the service. */
function giveToOwnerOf(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(path, uid, gid);
}

/**
 * Undefined when there is no such file.
 * @throws ConfigError when others may read it too: what it holds is known to them.
 */
export function readPrivateFile(path: string): string | undefined {
  try {
    if (isOpenToOthers(path)) {
      throw new ConfigError(
        `${path} can be read by other users of this machine; run "chmod 600 ${path}"`,
      );
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${path} cannot be read: ${errorText(error)}`);
  }
}

/** Takes such a file away; none there is as good. */
export function removePrivateFile(path: string): void {
  rmSync(path, { force: true });
}
