import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BackupConfig } from './config.ts';
import type { Manifest } from './manifest.ts';
import { peekManifest } from './snapshot.ts';

export interface Backup {
  /** Absolute. */
  readonly path: string;
  readonly manifest: Manifest;
}

const NAME = /^nightdesk-\d{8}T\d{6}Z$/;

/** `nightdesk-20261125T043805Z`: sorts by time, and is a file name everywhere. */
export function backupName(nowMs: number): string {
  return `nightdesk-${timeName(nowMs)}`;
}

/** `20261125T043805Z` */
export function timeName(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[:-]/g, '')}Z`;
}

/** Absolute. */
export function backupDirectory(
  { directory }: Pick<BackupConfig, 'directory'>,
  { rootDir, dataDir }: { readonly rootDir: string; readonly dataDir: string },
): string {
  return directory === null ? join(dataDir, 'backups') : resolve(rootDir, directory);
}

/** Full backups of one data folder, the newest first; others may lie in the same directory. */
export function listBackups(directory: string, dataDir: string): readonly Backup[] {
  return namesIn(directory)
    .filter((name) => NAME.test(name))
    .flatMap((name) => {
      const path = join(directory, name);
      const manifest = peekManifest(path);
      const isOurs = manifest?.kind === 'full' && manifest.dataDir === dataDir;
      return isOurs ? [{ path, manifest }] : [];
    })
    .toSorted((a, b) => b.manifest.createdMs - a.manifest.createdMs);
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // None has been made yet.
    return [];
  }
}
