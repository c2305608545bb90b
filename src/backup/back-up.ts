/**
 * Makes a backup of a data folder, whether a desk runs on it or not, proves it, and deletes the
 * oldest. It reads only, never blocks a writer, and refuses when it would fill the disk.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkLedger } from '#ledger/check/check-ledger.ts';
import { SCHEMA_VERSION } from '#ledger/migrations.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { copyDatabase } from '#ledger/sqlite/copy-database.ts';
import { DeskError } from '#platform/errors.ts';
import { type Backup, backupName, listBackups } from '#platform/snapshot/backup-list.ts';
import type { Manifest } from '#platform/snapshot/manifest.ts';
import { verifySnapshot, writeSnapshot } from '#platform/snapshot/snapshot.ts';
import { programVersion } from '#platform/version.ts';
import { DATABASES, FILES, PACKED } from './contents.ts';
import { pack } from './packing.ts';

export interface BackupWish {
  /** Absolute, both. */
  readonly dataDir: string;
  readonly directory: string;
  readonly keep: number;
  readonly nowMs: number;
}

export interface BackupResult extends Backup {
  readonly bytes: number;
  /** Paths of those that were deleted for it. */
  readonly deleted: readonly string[];
}

const MB = 1_048_576;
/** Left for the desk, which halts on a full disk. */
const SPARE_BYTES = 256 * MB;

/** @throws DeskError that says what is in the way; no half backup is left then. */
export async function backUp(wish: BackupWish): Promise<BackupResult> {
  const { dataDir, directory, keep, nowMs } = wish;
  const databases = DATABASES.filter((name) => existsSync(join(dataDir, name)));
  const files = FILES.filter((name) => existsSync(join(dataDir, name)));
  if (databases.length + files.length === 0) {
    throw new DeskError('backup.nothing', `there is nothing to back up in ${dataDir}`);
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  assertRoom(wish, [...databases, ...files]);
  const path = join(directory, backupName(nowMs));
  const about = { kind: 'full', createdMs: nowMs, version: programVersion(), dataDir } as const;
  const manifest = await writeSnapshot(path, about, async (into) => {
    for (const name of files) await copyPrivate(join(dataDir, name), join(into, name));
    for (const name of databases) {
      await copyDatabase(join(dataDir, name), join(into, name));
      if (PACKED.has(name)) await pack(join(into, name));
    }
    return databases.includes('ledger.db') ? await describe(join(into, 'ledger.db')) : undefined;
  });
  await verifySnapshot(path, manifest);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  // A book that does not add up must not push out the last one that did.
  const isSound = (manifest.ledger?.problems ?? 0) === 0;
  const deleted = isSound ? prune({ directory, dataDir, keep }) : [];
  return { path, manifest, bytes, deleted };
}

async function copyPrivate(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to);
  chmodSync(to, 0o600);
}

async function describe(path: string): Promise<Manifest['ledger']> {
  const reader = await openLedgerReader(path);
  const { deskId, schemaVersion } = await reader.meta();
  await reader.close();
  // The check speaks of the tables of today.
  if (schemaVersion !== SCHEMA_VERSION) return { deskId, schemaVersion };
  const { problemCount } = await checkLedger(path);
  return { deskId, schemaVersion, problems: problemCount };
}

function prune(of: Pick<BackupWish, 'directory' | 'dataDir' | 'keep'>): string[] {
  const old = listBackups(of.directory, of.dataDir).slice(of.keep);
  for (const { path } of old) rmSync(path, { recursive: true, force: true });
  return old.map(({ path }) => path);
}

function assertRoom({ dataDir, directory }: BackupWish, names: readonly string[]): void {
  const bytes = names.reduce((sum, name) => sum + sizeOf(join(dataDir, name)), SPARE_BYTES);
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize >= bytes) return;
  const [needed, free] = [Math.ceil(bytes / MB), Math.floor((bavail * bsize) / MB)];
  throw new DeskError(
    'backup.no-room',
    `a backup needs ${needed} MB on the disk of ${directory} and ${free} MB are free: make room, keep fewer (backup.keep) or name another disk (backup.directory)`,
  );
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
