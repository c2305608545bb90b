import { dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import { DeskError } from '#platform/errors.ts';
import { keptCopies } from './before-migration.ts';
import { ledgerError } from './errors.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations.ts';
import type { Session } from './session.ts';
import type { SqliteConnection } from './sqlite/connection.ts';
import type { LedgerTables } from './tables.ts';

interface Identity {
  readonly path: string;
  readonly deskId: string;
  readonly nowMs: number;
}

/**
 * Brings the schema to this program's version inside the caller's transaction. A newer schema is
 * refused: writing to it with old ideas of it would damage it.
 */
export async function migrate(
  connection: SqliteConnection,
  session: Session,
  builder: Kysely<LedgerTables>,
  identity: Identity,
): Promise<void> {
  connection.exec(
    `create table if not exists migrations (
      version integer primary key, name text not null, applied_ms integer not null
    ) strict`,
  );
  const version = await schemaVersion(session, builder);
  assertNotNewer(version, identity.path);
  for (const migration of MIGRATIONS.filter((step) => step.version > version)) {
    for (const statement of migration.statements) connection.exec(statement);
    const { name } = migration;
    const row = { version: migration.version, name, applied_ms: identity.nowMs };
    await session.run(builder.insertInto('migrations').values(row).compile());
  }
  await identify(session, builder, identity);
}

/** 0 when the file has no ledger yet. */
export async function schemaVersion(
  session: Session,
  builder: Kysely<LedgerTables>,
): Promise<number> {
  const newest = builder
    .selectFrom('migrations')
    .select('version')
    .orderBy('version', 'desc')
    .limit(1);
  return (await session.one(newest.compile()))?.version ?? 0;
}

/** @throws DeskError `ledger.newer` that says how to go on. */
export function assertNotNewer(version: number, path: string): void {
  if (version <= SCHEMA_VERSION) return;
  const folder = join(dirname(path), 'backups');
  // The newest that this program can read.
  const copy = keptCopies(folder).find(
    ({ manifest }) => (manifest.ledger?.schemaVersion ?? version) <= SCHEMA_VERSION,
  );
  const wrote = copy === undefined ? 'the version that wrote it' : copy.manifest.version;
  const back =
    copy === undefined
      ? 'restore a backup from before the update'
      : `go back with "./start-bot.sh restore ${join(folder, copy.name)}"`;
  throw new DeskError(
    'ledger.newer',
    `the ledger was written by a newer version of the desk (schema ${version}, this program knows ${SCHEMA_VERSION}): install ${wrote} or newer, or ${back}`,
    { details: { found: version, known: SCHEMA_VERSION } },
  );
}

async function identify(
  session: Session,
  builder: Kysely<LedgerTables>,
  { deskId, nowMs }: Identity,
): Promise<void> {
  const meta = await session.one(builder.selectFrom('meta').selectAll().compile());
  if (meta === undefined) {
    const row = { id: 1, desk_id: deskId, created_ms: nowMs, market: null };
    await session.run(builder.insertInto('meta').values(row).compile());
    return;
  }
  if (meta.desk_id !== deskId) {
    throw ledgerError('ledger.other-desk', { found: meta.desk_id, expected: deskId });
  }
}
