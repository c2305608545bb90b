import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { translateSqlite } from '../errors.ts';

/**
 * One SQLite connection with a statement cache: preparing again costs more than running
 * (137 against 85 us for a small transaction). It has the shape that Kysely's SqliteDialect takes.
 */
export interface SqliteConnection extends SqliteDatabase {
  all(sql: string, parameters: readonly unknown[]): unknown[];
  /** One row at a time, for tables that may not fit in memory. */
  iterate(sql: string, parameters: readonly unknown[]): Iterable<unknown>;
  /** Rows changed. */
  run(sql: string, parameters: readonly unknown[]): number;
  /** For statements without parameters or rows: begin, commit, pragma, create. */
  exec(sql: string): void;
  isInTransaction(): boolean;
}

export interface ConnectOptions {
  readonly path: string;
  readonly isReadOnly: boolean;
  /** How long a lock of another program is waited for; it blocks the event loop. */
  readonly lockWaitMs: number;
}

// Reader queries with their filters come to some dozens of texts; the bound is for surprises.
const STATEMENTS_MAX = 500;

export function connectSqlite(options: ConnectOptions): SqliteConnection {
  const { path } = options;
  const database = guard(
    path,
    () => new DatabaseSync(path, { readOnly: options.isReadOnly, timeout: options.lockWaitMs }),
  );
  const statements = new Map<string, StatementSync>();

  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= STATEMENTS_MAX) statements.clear();
    const fresh = database.prepare(sql);
    statements.set(sql, fresh);
    return fresh;
  };

  const all: SqliteConnection['all'] = (sql, parameters) =>
    guard(path, () => statement(sql).all(...(parameters as readonly SQLInputValue[])));
  const run: SqliteConnection['run'] = (sql, parameters) =>
    guard(path, () =>
      Number(statement(sql).run(...(parameters as readonly SQLInputValue[])).changes),
    );

  // A statement of its own: a cached one may be asked again while this one is in the middle.
  const iterate: SqliteConnection['iterate'] = (sql, parameters) =>
    guard(path, () => database.prepare(sql).iterate(...(parameters as readonly SQLInputValue[])));

  return {
    all,
    iterate,
    run,
    exec: (sql) => guard(path, () => database.exec(sql)),
    isInTransaction: () => database.isOpen && database.isTransaction,
    close: () => {
      statements.clear();
      if (database.isOpen) database.close();
    },
    prepare: (sql): SqliteStatement => {
      const prepared = guard(path, () => statement(sql));
      return {
        // RETURNING makes a write a reader too; columns() sees it, the text would not.
        reader: prepared.columns().length > 0,
        all: (parameters) => all(sql, parameters),
        run: (parameters) => ({ changes: run(sql, parameters), lastInsertRowid: 0 }),
        iterate: (parameters) => all(sql, parameters).values(),
      };
    },
  };
}

function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateSqlite(error, { path });
  }
}
