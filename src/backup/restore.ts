/**
 * Puts a backup in the place of what a data folder has; the caller holds the lock of the folder.
 * What was there is moved aside, never deleted. Everything that can be refused is refused before the
 * first move, and a note in the folder keeps a desk from starting on a restore that was cut off.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkLedger, type LedgerCheck } from '#ledger/check/check-ledger.ts';
import { SCHEMA_VERSION } from '#ledger/migrations.ts';
import { ConfigError } from '#platform/errors.ts';
import { timeName } from '#platform/snapshot/backup-list.ts';
import { type Manifest, MANIFEST_FILE } from '#platform/snapshot/manifest.ts';
import { restoreNote } from '#platform/snapshot/restore-note.ts';
import { readManifest, verifySnapshot } from '#platform/snapshot/snapshot.ts';
import { OF_A_LATER_TIME } from './contents.ts';
import { isPacked, unpack, unpackedName } from './packing.ts';

export interface RestoreWish {
  /** The backup's folder or its manifest. */
  readonly from: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly deskId: string;
  readonly isForced: boolean;
  readonly nowMs: number;
}

export interface RestoreResult {
  readonly manifest: Manifest;
  /** Where what was there lies now; undefined when there was nothing. */
  readonly aside: string | undefined;
  /** Of the restored ledger; undefined when it has to be brought to this program's schema first. */
  readonly check: LedgerCheck | undefined;
}

/** @throws ConfigError, DeskError that says what is wrong with the backup or the wish. */
export async function restore(wish: RestoreWish): Promise<RestoreResult> {
  const { dataDir } = wish;
  const from = basename(wish.from) === MANIFEST_FILE ? dirname(wish.from) : wish.from;
  const manifest = readManifest(from);
  assertFits(manifest, wish);
  await verifySnapshot(from, manifest);
  mkdirSync(dataDir, { recursive: true });
  // Copied onto this disk and proved first, so that the rest is renames.
  const staged = join(dataDir, `.restore-${process.pid}`);
  try {
    await stage(from, staged, manifest);
    const plain = manifest.files.filter(({ path }) => !isPacked(path));
    await verifySnapshot(staged, { ...manifest, files: plain });
    const aside = swap(wish, { from, staged, manifest });
    const isCurrent = manifest.ledger?.schemaVersion === SCHEMA_VERSION;
    const check = isCurrent ? await checkLedger(join(dataDir, 'ledger.db')) : undefined;
    return { manifest, aside, check };
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

function assertFits({ ledger, version }: Manifest, { deskId, isForced }: RestoreWish): void {
  if (ledger === undefined) return;
  if (ledger.schemaVersion > SCHEMA_VERSION) {
    throw new ConfigError(
      `the backup has a ledger of schema ${ledger.schemaVersion} and this program knows ${SCHEMA_VERSION}: install nightdesk ${version} or newer, or choose an older backup`,
    );
  }
  if (ledger.deskId === deskId || isForced) return;
  throw new ConfigError(
    `the backup is of the desk "${ledger.deskId}" and this one is "${deskId}": set desk_id, name another folder with --data-dir, or add --force`,
  );
}

async function stage(from: string, to: string, { files }: Manifest): Promise<void> {
  rmSync(to, { recursive: true, force: true });
  await mkdir(to, { mode: 0o700 });
  for (const { path } of files) {
    const target = join(to, unpackedName(path));
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    if (isPacked(path)) await unpack(join(from, path), target);
    else await copyFile(join(from, path), target);
  }
}

function swap(
  { dataDir, nowMs }: RestoreWish,
  { from, staged, manifest }: { from: string; staged: string; manifest: Manifest },
): string | undefined {
  const paths = manifest.files.map(({ path }) => unpackedName(path));
  const replaced = [...new Set([...OF_A_LATER_TIME, ...paths])];
  const old = replaced.flatMap((path) => (path.endsWith('.db') ? withLog(path) : [path]));
  const aside = freeFolder(join(dataDir, `replaced-${timeName(nowMs)}`));
  const note = restoreNote(dataDir);
  writeFileSync(note, `${from}\n`, { mode: 0o600, flush: true });
  const moved = old.filter((path) => existsSync(join(dataDir, path)));
  for (const path of moved) move(join(dataDir, path), join(aside, path));
  // The ledger comes last: while it is missing nothing can be mistaken for an account.
  const rest = paths.toSorted((a, b) => Number(a === 'ledger.db') - Number(b === 'ledger.db'));
  for (const path of rest) move(join(staged, path), join(dataDir, path));
  rmSync(note);
  return moved.length === 0 ? undefined : aside;
}

/** The log first: a database must never meet the log of another. */
function withLog(path: string): string[] {
  return [`${path}-wal`, `${path}-shm`, path];
}

function move(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  renameSync(from, to);
}

function freeFolder(path: string): string {
  let number = 1;
  const current = (): string => (number === 1 ? path : `${path}-${number}`);
  while (existsSync(current())) number += 1;
  return current();
}
