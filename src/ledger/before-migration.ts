/**
 * Keeps a ledger as it was before its schema changes: a migration goes forward only, so the way
 * back to the program that wrote it is this copy.
 */
import { existsSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import { DeskError, errorText } from '#platform/errors.ts';
import type { Manifest } from '#platform/snapshot/manifest.ts';
import { peekManifest, verifySnapshot, writeSnapshot } from '#platform/snapshot/snapshot.ts';
import { programVersion } from '#platform/version.ts';
import { SCHEMA_VERSION } from './migrations.ts';
import type { Session } from './session.ts';
import { copyDatabase } from './sqlite/copy-database.ts';
import type { SqliteConnection } from './sqlite/connection.ts';
import type { LedgerTables } from './tables.ts';

const KEPT = 3;
const NAME = /^before-schema-\d+(-\d+)?$/;
/** What the migration itself and the first minutes after it may need. */
const SPARE_BYTES = 64 * 1_048_576;

interface Subject {
  readonly path: string;
  readonly nowMs: number;
  readonly connection: SqliteConnection;
  readonly session: Session;
  readonly builder: Kysely<LedgerTables>;
}

/**
 * Makes `backups/before-schema-N` beside a ledger of an older schema, and reads it back.
 * @throws DeskError `ledger.backup`: nothing has been changed then.
 */
export async function keepBeforeMigration(subject: Subject): Promise<void> {
  const ledger = await olderLedger(subject);
  if (ledger === undefined) return;
  const { path, nowMs } = subject;
  const folder = join(dirname(path), 'backups');
  const name = freeName(folder);
  try {
    assertRoom(path);
    const target = join(folder, name);
    const about = {
      kind: 'before-migration',
      createdMs: nowMs,
      version: programVersion(),
      dataDir: dirname(path),
    } as const;
    const manifest = await writeSnapshot(target, about, async (into) => {
      await copyDatabase(path, join(into, 'ledger.db'));
      return ledger;
    });
    await verifySnapshot(target, manifest);
  } catch (error) {
    const why = errorText(error);
    const text = `the ledger needs schema ${SCHEMA_VERSION} and could not be backed up before the change: ${why}`;
    throw new DeskError('ledger.backup', text, { cause: error });
  }
  for (const { name: old } of keptCopies(folder).slice(KEPT)) {
    rmSync(join(folder, old), { recursive: true, force: true });
  }
}

/** Copies that were made before migrations of a ledger, the newest first. */
export function keptCopies(
  folder: string,
): readonly { readonly name: string; readonly manifest: Manifest }[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    // No migration has been yet.
    return [];
  }
  return names
    .filter((name) => NAME.test(name))
    .flatMap((name) => {
      const manifest = peekManifest(join(folder, name));
      return manifest === undefined ? [] : [{ name, manifest }];
    })
    .toSorted((a, b) => b.manifest.createdMs - a.manifest.createdMs);
}

/** Undefined for a new file and for a ledger that needs no change. */
async function olderLedger({ connection, session, builder }: Subject) {
  const tables = connection.all(
    `select name from sqlite_master where type = 'table' and name in ('migrations', 'meta')`,
    [],
  );
  if (tables.length < 2) return undefined;
  const newest = builder
    .selectFrom('migrations')
    .select(({ fn }) => fn.max('version').as('version'));
  const schemaVersion = (await session.one(newest.compile()))?.version ?? 0;
  const meta = await session.one(builder.selectFrom('meta').select('desk_id').compile());
  if (schemaVersion >= SCHEMA_VERSION || schemaVersion < 1 || meta === undefined) return undefined;
  return { deskId: meta.desk_id, schemaVersion };
}

/** A second update after a way back must not take the first copy's place. */
function freeName(folder: string): string {
  const name = `before-schema-${SCHEMA_VERSION}`;
  let number = 1;
  const current = (): string => (number === 1 ? name : `${name}-${number}`);
  while (existsSync(join(folder, current()))) number += 1;
  return current();
}

function assertRoom(path: string): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  const neededBytes = statSync(path).size + SPARE_BYTES;
  if (bavail * bsize >= neededBytes) return;
  const toMb = (bytes: number): number => Math.ceil(bytes / 1_048_576);
  throw new DeskError(
    'ledger.disk-full',
    `${toMb(neededBytes)} MB are needed on its disk and ${toMb(bavail * bsize)} MB are free; make room and start again`,
  );
}
