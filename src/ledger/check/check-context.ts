import type { Compilable, Kysely } from 'kysely';
import type { SqliteConnection } from '../sqlite/connection.ts';
import type { LedgerTables } from '../tables.ts';
import type { ProblemList } from './problem.ts';

/** What each part of the check works with: one read transaction, so it sees one moment. */
export interface CheckContext {
  readonly builder: Kysely<LedgerTables>;
  rows<Row>(query: Compilable<Row>): Iterable<Row>;
  readonly problems: ProblemList;
}

export function checkContext(
  connection: SqliteConnection,
  builder: Kysely<LedgerTables>,
  problems: ProblemList,
): CheckContext {
  return {
    builder,
    problems,
    rows: <Row>(query: Compilable<Row>) => {
      const { sql, parameters } = query.compile();
      return connection.iterate(sql, parameters) as Iterable<Row>;
    },
  };
}
