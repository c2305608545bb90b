import { chmodSync, existsSync, renameSync } from 'node:fs';
import { connectSqlite, type SqliteConnection } from '#ledger/sqlite/connection.ts';
import type { Log } from '#platform/log/log.ts';

export interface OpenedDatabase {
  readonly database: SqliteConnection;
  /** The file was damaged and has been put aside; nothing is remembered. */
  readonly isReplaced: boolean;
}

/** Opens `notifier.db`. It is only a memory: a damaged one must not keep people from being told. */
export function openDatabase(path: string, log: Log, nowMs: number): OpenedDatabase {
  try {
    return { database: open(path), isReplaced: false };
  } catch (error) {
    if (!existsSync(path)) throw error;
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
    database.all('pragma quick_check(1)', []);
    // Messages are nobody else's business.
    chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
