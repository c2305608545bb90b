import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { checkLedger } from '#ledger/check/check-ledger.ts';
import { T0, type TempLedger, tempLedger, trade } from '#ledger/ledger.fixture.ts';
import { SCHEMA_VERSION } from '#ledger/migrations.ts';
import { listBackups } from '#platform/snapshot/backup-list.ts';
import { readManifest } from '#platform/snapshot/snapshot.ts';
import { assertNoHalfRestore, restoreNote } from '#platform/snapshot/restore-note.ts';
import { backUp } from './back-up.ts';
import { restore, type RestoreWish } from './restore.ts';

const DAY = 86_400_000;

interface World extends AsyncDisposable {
  readonly temp: TempLedger;
  readonly dataDir: string;
  readonly directory: string;
  backUp(nowMs?: number): ReturnType<typeof backUp>;
  restore(from: string, changed?: Partial<RestoreWish>): ReturnType<typeof restore>;
}

/** A data folder with an open ledger, as a running desk has it. */
async function world(): Promise<World> {
  const temp = await tempLedger();
  const dataDir = dirname(temp.path);
  const directory = join(dataDir, 'backups');
  await trade(temp.ledger, { id: 'o1', trade: 't1' });
  writeFileSync(join(dataDir, 'keystore.json'), '{"keys": 1}', { mode: 0o600 });
  mkdirSync(join(dataDir, 'redis'));
  writeFileSync(join(dataDir, 'redis', 'aof'), 'queues');
  return {
    temp,
    dataDir,
    directory,
    backUp: (nowMs = T0) => backUp({ dataDir, directory, keep: 2, nowMs }),
    restore: (from, changed) =>
      restore({ from, dataDir, deskId: 'desk', isForced: false, nowMs: T0 + DAY, ...changed }),
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  };
}

const orders = async (path: string): Promise<number> => (await checkLedger(path)).counts.orders;

describe('backUp', () => {
  it('copies what a desk needs while it writes, and proves that the book adds up', async () => {
    await using desk = await world();
    const { path, manifest, bytes } = await desk.backUp();
    await trade(desk.temp.ledger, { id: 'o2', trade: 't2' });

    expect(manifest.files.map((file) => file.path)).toEqual(['keystore.json', 'ledger.db']);
    expect(manifest).toMatchObject({
      kind: 'full',
      dataDir: desk.dataDir,
      ledger: { deskId: 'desk', schemaVersion: SCHEMA_VERSION, problems: 0 },
    });
    expect(bytes).toBeGreaterThan(10_000);
    expect(await orders(join(path, 'ledger.db'))).toBe(1);
    expect(await orders(desk.temp.path)).toBe(2);
    expect(statSync(join(path, 'keystore.json')).mode & 0o077, 'rights of others').toBe(0);
  });

  it('keeps the newest', async () => {
    await using desk = await world();
    for (const day of [0, 1]) await desk.backUp(T0 + day * DAY);

    const { deleted } = await desk.backUp(T0 + 2 * DAY);

    expect(deleted).toHaveLength(1);
    const left = listBackups(desk.directory, desk.dataDir).map((one) => one.manifest.createdMs);
    expect(left).toEqual([T0 + 2 * DAY, T0 + DAY]);
  });

  it('deletes none for a book that does not add up, and says so', async () => {
    await using desk = await world();
    for (const day of [0, 1]) await desk.backUp(T0 + day * DAY);
    {
      using database = new DatabaseSync(desk.temp.path);
      database.exec(`update fills set qty = '9'`);
    }

    const { manifest, deleted } = await desk.backUp(T0 + 2 * DAY);

    expect(manifest.ledger?.problems).toBeGreaterThan(0);
    expect(deleted).toEqual([]);
  });

  it('leaves the backups of another data folder alone', async () => {
    await using one = await world();
    await using two = await world();
    for (const day of [0, 1, 2]) await one.backUp(T0 + day * DAY);

    const at = { dataDir: two.dataDir, directory: one.directory, keep: 1 };
    await backUp({ ...at, nowMs: T0 + 3 * DAY });

    expect(listBackups(one.directory, one.dataDir)).toHaveLength(2);
    expect(listBackups(one.directory, two.dataDir)).toHaveLength(1);
  });

  it('says when there is nothing to back up', async () => {
    await using desk = await world();
    const dataDir = join(desk.dataDir, 'none');
    mkdirSync(dataDir);

    const nothing = backUp({ dataDir, directory: desk.directory, keep: 1, nowMs: T0 });

    await expect(nothing).rejects.toMatchObject({ code: 'backup.nothing' });
  });
});

describe('restore', () => {
  it('unpacks the history, and puts the log of the old one aside with it', async () => {
    await using desk = await world();
    const history = join(desk.dataDir, 'history.db');
    const rows = (): unknown => {
      using database = new DatabaseSync(history);
      return database.prepare('select count(*) as count from decisions').get();
    };
    {
      using database = new DatabaseSync(history);
      database.exec(`create table decisions (text);
        with recursive n(n) as (select 1 union all select n + 1 from n where n < 20000)
        insert into decisions select 'the same again' from n`);
    }
    const { path, manifest } = await desk.backUp();
    const packed = manifest.files.find((file) => file.path === 'history.db.zst');
    expect(packed?.bytes).toBeLessThan(statSync(history).size / 8);
    writeFileSync(`${history}-wal`, 'of another life');
    desk.temp.ledger.abandon();

    const { aside = '' } = await desk.restore(path);

    expect(rows()).toEqual({ count: 20_000 });
    expect(existsSync(join(aside, 'history.db-wal'))).toBe(true);
    await desk.temp.reopen();
  });

  it('brings the folder back and keeps what was there, with its log', async () => {
    await using desk = await world();
    const { path } = await desk.backUp();
    await trade(desk.temp.ledger, { id: 'o2', trade: 't2' });
    // As a kill leaves it: the last commits are in the log alone.
    desk.temp.ledger.abandon();
    writeFileSync(join(desk.dataDir, 'keystore.json'), '{"keys": 2}');
    writeFileSync(join(desk.dataDir, 'notifier.db'), 'a cursor beyond');

    const { aside = '', check } = await desk.restore(path);

    expect(check).toMatchObject({ ok: true, counts: { orders: 1 } });
    expect(await orders(join(aside, 'ledger.db'))).toBe(2);
    expect(readFileSync(join(desk.dataDir, 'keystore.json'), 'utf8')).toBe('{"keys": 1}');
    expect(readFileSync(join(aside, 'keystore.json'), 'utf8')).toBe('{"keys": 2}');
    expect(existsSync(join(aside, 'redis', 'aof')), 'queues of later').toBe(true);
    expect(existsSync(join(desk.dataDir, 'notifier.db')), 'a cursor of later').toBe(false);
    expect(readdirSync(desk.dataDir).filter((name) => name.startsWith('.'))).toEqual([]);
    const ledger = await desk.temp.reopen();
    await trade(ledger, { id: 'o3', trade: 't3' });
    expect(await checkLedger(desk.temp.path)).toMatchObject({ ok: true, counts: { orders: 2 } });
  });

  it.each([
    ['is damaged', (path: string) => writeFileSync(join(path, 'ledger.db'), 'x'), 'bytes instead'],
    ['has no manifest', (path: string) => rmSync(join(path, 'manifest.json')), 'is no backup'],
    ['is of a newer program', newer, /schema 99 and this program knows \d+: install nightdesk/],
  ])('changes nothing for a backup that %s', async (_what, spoil, message) => {
    await using desk = await world();
    const { path } = await desk.backUp();
    spoil(path);
    const before = readdirSync(desk.dataDir);

    await expect(desk.restore(path)).rejects.toThrow(message);

    expect(readdirSync(desk.dataDir)).toEqual(before);
  });

  it('takes the backup of another desk only when told to', async () => {
    await using desk = await world();
    const { path } = await desk.backUp();
    await desk.temp.ledger.close();
    const other = { dataDir: join(desk.dataDir, 'other'), deskId: 'second' };

    await expect(desk.restore(path, other)).rejects.toThrow('is of the desk "desk"');
    const { aside } = await desk.restore(join(path, 'manifest.json'), { ...other, isForced: true });

    expect(aside, 'there was nothing').toBeUndefined();
    expect(await orders(join(other.dataDir, 'ledger.db'))).toBe(1);
  });

  it('that was cut off keeps a desk from starting, and can be run again', async () => {
    await using desk = await world();
    const { path } = await desk.backUp();
    desk.temp.ledger.abandon();
    writeFileSync(restoreNote(desk.dataDir), `${path}\n`);
    rmSync(desk.temp.path);

    expect(() => assertNoHalfRestore(desk.dataDir)).toThrow(`restore ${path} --data-dir`);
    await desk.restore(path);

    expect(() => assertNoHalfRestore(desk.dataDir)).not.toThrow();
    await desk.temp.reopen();
  });
});

function newer(path: string): void {
  const manifest = readManifest(path);
  const ledger = { deskId: 'desk', schemaVersion: 99 };
  writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, ledger }));
}
