import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { readManifest, verifySnapshot } from '#platform/snapshot/snapshot.ts';
import { keptCopies } from './before-migration.ts';
import { open, T0, tempLedger } from './ledger.fixture.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations.ts';
import { openLedgerReader } from './open-reader.ts';

const OLD = 9;

/** As a program of that time left it. */
function writeOldLedger(path: string, version = OLD): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  using old = new DatabaseSync(path);
  old.exec('pragma journal_mode = wal');
  old.exec(
    `create table migrations (version integer primary key, name text not null, applied_ms integer not null) strict`,
  );
  for (const step of MIGRATIONS.filter((one) => one.version <= version)) {
    for (const statement of step.statements) old.exec(statement);
    old.prepare('insert into migrations values (?, ?, 0)').run(step.version, step.name);
  }
  old.exec(`insert into meta (id, desk_id, created_ms) values (1, 'desk', 7)`);
}

describe('before a migration', () => {
  it('the ledger is kept as it was, and the copy opens', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();
    writeOldLedger(temp.path);

    await temp.reopen();

    const copy = join(dirname(temp.path), 'backups', `before-schema-${SCHEMA_VERSION}`);
    const manifest = readManifest(copy);
    expect(manifest).toMatchObject({
      kind: 'before-migration',
      createdMs: T0,
      ledger: { deskId: 'desk', schemaVersion: OLD },
    });
    await verifySnapshot(copy, manifest);
    const [before, after] = await Promise.all(
      [join(copy, 'ledger.db'), temp.path].map(async (path) => {
        const reader = await openLedgerReader(path);
        const meta = await reader.meta();
        await reader.close();
        return meta;
      }),
    );
    expect(before).toMatchObject({ schemaVersion: OLD, createdMs: 7 });
    expect(after).toMatchObject({ schemaVersion: SCHEMA_VERSION, createdMs: 7 });
  });

  it('a new ledger and one of today need no copy', async () => {
    await using temp = await tempLedger();

    await temp.reopen();

    expect(readdirSync(dirname(temp.path))).not.toContain('backups');
  });

  it('nothing is changed when no copy can be made', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();
    writeOldLedger(temp.path);
    writeFileSync(join(dirname(temp.path), 'backups'), 'a file in the way');

    await expect(open(temp.path)).rejects.toMatchObject({ code: 'ledger.backup' });

    const reader = await openLedgerReader(temp.path);
    expect((await reader.meta()).schemaVersion).toBe(OLD);
    await reader.close();
  });

  it('the newest three copies are kept, each under a name of its own', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();
    for (const round of [1, 2, 3, 4]) {
      writeOldLedger(temp.path, OLD);
      const ledger = await open(temp.path, { nowMs: T0 + round });
      await ledger.close();
    }

    const times = keptCopies(join(dirname(temp.path), 'backups')).map(
      ({ manifest }) => manifest.createdMs - T0,
    );
    expect(times).toEqual([4, 3, 2]);
  });

  it('is undone by its copy, which a program that is too old names', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();
    writeOldLedger(temp.path);
    await (await open(temp.path)).close();
    {
      using newer = new DatabaseSync(temp.path);
      newer.exec(`insert into migrations values (99, 'from the future', 0)`);
    }

    await expect(open(temp.path)).rejects.toThrow(
      /schema 99, this program knows \d+\): install .* or newer, or go back with .*backups\/before-schema-/,
    );
  });
});
