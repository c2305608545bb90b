import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { openDatabase } from './open-database.ts';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nd-notifier-db-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'notifier.db');
}

it('is for its owner alone', () => {
  const path = place();
  const { database, isReplaced } = openDatabase(path, silentLog(), 1);

  expect(isReplaced).toBe(false);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  database.close();
});

it('puts a damaged one aside and begins anew', () => {
  const path = place();
  writeFileSync(path, 'not a database at all, but long enough to be taken for one'.repeat(100));

  const { database, isReplaced } = openDatabase(path, silentLog(), 7);

  expect(isReplaced).toBe(true);
  expect(readdirSync(join(path, '..'))).toContain('notifier.db.damaged-7');
  database.close();
});

it('puts one aside whose pages are damaged', () => {
  const path = place();
  const whole = new DatabaseSync(path);
  whole.exec('create table rows (a text); pragma user_version = 1');
  for (let n = 0; n < 400; n += 1) whole.exec(`insert into rows values ('${'x'.repeat(200)}')`);
  whole.close();
  const { size } = statSync(path);
  const bytes = Buffer.from(new Uint8Array(size).fill(0x5a));
  // The first pages stay: it opens, and is wrong inside.
  writeFileSync(
    path,
    Buffer.concat([readFileSync(path).subarray(0, 8_192), bytes.subarray(8_192)]),
  );

  const { database, isReplaced } = openDatabase(path, silentLog(), 7);

  expect(isReplaced).toBe(true);
  database.close();
});

it('leaves alone one that is only locked', () => {
  const path = place();
  openDatabase(path, silentLog(), 1).database.close();
  const other = new DatabaseSync(path);
  other.exec('pragma locking_mode = exclusive; begin exclusive');

  expect(() => openDatabase(path, silentLog(), 7)).toThrow(TransientError);
  expect(readdirSync(join(path, '..')).filter((name) => name.includes('damaged'))).toEqual([]);
  other.close();
});
