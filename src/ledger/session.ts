import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqliteConnection } from './sqlite/connection.ts';
import type { LedgerTables } from './tables.ts';

/**
 * Where compiled queries run. The writer builds its queries with Kysely once and runs them here, so
 * a statement costs what SQLite costs; another database is another Session.
 */
export interface Session {
  all<Row>(query: CompiledQuery<Row>): Promise<readonly Row[]>;
  one<Row>(query: CompiledQuery<Row>): Promise<Row | undefined>;
  /** Rows changed. */
  run(query: CompiledQuery): Promise<number>;
}

export function sqliteSession(connection: SqliteConnection): Session {
  return {
    all: async <Row>(query: CompiledQuery<Row>) =>
      connection.all(query.sql, query.parameters) as readonly Row[],
    one: async <Row>(query: CompiledQuery<Row>) =>
      connection.all(query.sql, query.parameters)[0] as Row | undefined,
    run: async (query) => connection.run(query.sql, query.parameters),
  };
}

/** Builds and compiles queries; runs none. */
export function queryBuilder(): Kysely<LedgerTables> {
  return new Kysely<LedgerTables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
