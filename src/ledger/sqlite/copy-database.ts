import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { ledgerError, translateSqlite } from '../errors.ts';

/** Between two batches others may write; fewer make the copy slower, not the writer faster. */
const PAGES_AT_ONCE = 1_000;
const LOCK_WAIT_MS = 5_000;

/**
 * Copies a database as it is at one moment, also while somebody writes to it: one open reader keeps
 * the moment, write-ahead logging lets the writer go on. The copy is one file, without a log beside
 * it, and is read whole before this returns.
 * @throws DeskError `ledger.missing`, `ledger.corrupt`, `ledger.disk-full`...
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  if (!existsSync(from)) throw ledgerError('ledger.missing', { path: from });
  try {
    await copy(from, to);
    check(to);
  } catch (error) {
    throw translateSqlite(error, { path: from, to });
  }
}

async function copy(from: string, to: string): Promise<void> {
  using source = new DatabaseSync(from, { readOnly: true, timeout: LOCK_WAIT_MS });
  source.exec('begin');
  // The moment is that of the first read; without one each batch would see another.
  source.prepare('select count(*) from sqlite_master').get();
  await backup(source, to, { rate: PAGES_AT_ONCE });
}

function check(path: string): void {
  using copied = new DatabaseSync(path);
  copied.exec('pragma journal_mode = delete');
  const rows = copied.prepare('pragma quick_check(1)').all();
  const found = String(Object.values(rows[0] ?? {})[0]);
  if (found !== 'ok') throw ledgerError('ledger.corrupt', { path, found });
}
