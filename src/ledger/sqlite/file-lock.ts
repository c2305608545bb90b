import { DatabaseSync } from 'node:sqlite';
import { translateSqlite } from '../errors.ts';
import { DeskError } from '#platform/errors.ts';

/**
 * A lock that the kernel takes back when its holder dies, however it dies. Node has no flock, SQLite
 * has: an exclusive transaction on a file beside the ledger holds its fcntl lock for as long as the
 * connection lives. A stopped (SIGSTOP) process keeps it, so nobody moves in behind its back.
 */
export interface FileLock {
  release(): void;
}

/** Undefined when somebody else holds the lock. */
export function takeFileLock(path: string): FileLock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('begin exclusive');
  } catch (error) {
    if (database?.isOpen) database.close();
    const translated = translateSqlite(error, { path });
    if (translated instanceof DeskError && translated.code === 'ledger.busy') return undefined;
    throw translated;
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}
