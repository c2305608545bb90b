import { chmodSync, existsSync, renameSync } from 'node:fs';
import { z } from 'zod';
import { connectSqlite, type SqliteConnection } from '#ledger/sqlite/connection.ts';
import { DeskError, errorText, TransientError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

export interface OpenedDatabase {
  readonly database: SqliteConnection;
  /** The file was damaged and has been put aside; nothing is remembered. */
  readonly isReplaced: boolean;
}

const QuickCheck = z.object({ quick_check: z.string() });

/** Opens `notifier.db`. It is only a memory: a damaged one must not keep people from being told. */
export function openDatabase(path: string, log: Log, nowMs: number): OpenedDatabase {
  try {
    return { database: open(path), isReplaced: false };
  } catch (error) {
    // A full disk or a lock says nothing about what is in the file.
    const isDamaged = error instanceof DeskError && error.code === 'ledger.corrupt';
    if (!isDamaged) {
      throw new TransientError('notifier-memory', `cannot use ${path}: ${errorText(error)}`, {
        cause: error,
      });
    }
    const aside = `${path}.damaged-${nowMs}`;
    log.error(
      { path, aside, err: error },
      'the memory of the notifier is damaged, a new one is made',
    );
    for (const end of ['', '-wal', '-shm']) {
      if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${aside}${end}`);
    }
    return { database: open(path), isReplaced: true };
  }
}

function open(path: string): SqliteConnection {
  const database = connectSqlite({ path, isReadOnly: false, lockWaitMs: 2_000 });
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = normal');
    const [found] = database.all('pragma quick_check(1)', []);
    const { quick_check: finding } = QuickCheck.parse(found);
    if (finding !== 'ok') throw new DeskError('ledger.corrupt', finding);
    // Messages are nobody else's business.
    chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
