/**
 * history.db: every decision of the desk, for people to look at. No money depends on it, but a
 * decision is recorded once however often its job runs, and a job is done only when it is committed.
 * The gateway writes it; others read beside it.
 */
import { Kysely, SqliteDialect } from 'kysely';
import type { Decision } from '#core/model/decision.ts';
import { ConfigError, errorText } from '#platform/errors.ts';
import { connectSqlite, type SqliteConnection } from '#ledger/sqlite/connection.ts';
import { type HistoryReader, readDecisions } from './read-history.ts';
import { SCHEMA, type HistoryTables } from './tables.ts';

export interface History extends HistoryReader {
  /** Commits all or none; tells how many were new. */
  record(decisions: readonly Decision[]): Promise<number>;
  count(): Promise<number>;
  /** Removes the oldest beyond `keep`, at most `limit` at a time; tells how many went. */
  trim(keep: number, limit: number): Promise<number>;
}

export function openHistory(path: string): History {
  const connection = connect(path);
  const database = new Kysely<HistoryTables>({
    dialect: new SqliteDialect({ database: connection }),
  });

  return {
    record: async (decisions) => {
      if (decisions.length === 0) return 0;
      const insert = database
        .insertInto('decisions')
        .values(decisions.map(rowOf))
        .onConflict((conflict) => conflict.columns(['evaluation_id', 'variant']).doNothing())
        .compile();
      return connection.run(insert.sql, insert.parameters);
    },

    decisions: (filter) => readDecisions(database, filter),

    count: async () => {
      const row = await database
        .selectFrom('decisions')
        .select((e) => e.fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow();
      return row.rows;
    },

    trim: async (keep, limit) => {
      const newest = await database
        .selectFrom('decisions')
        .select('seq')
        .orderBy('seq', 'desc')
        .offset(keep)
        .limit(1)
        .executeTakeFirst();
      if (newest === undefined) return 0;
      const removal = database
        .deleteFrom('decisions')
        .where('seq', 'in', (e) =>
          e
            .selectFrom('decisions')
            .select('seq')
            .where('seq', '<=', newest.seq)
            .orderBy('seq')
            .limit(limit),
        )
        .compile();
      return connection.run(removal.sql, removal.parameters);
    },

    close: () => connection.close(),
  };
}

function connect(path: string): SqliteConnection {
  try {
    const connection = connectSqlite({ path, isReadOnly: false, lockWaitMs: 1_000 });
    connection.exec('pragma journal_mode = wal');
    // A killed process loses nothing; a machine that loses power may lose the last decisions.
    connection.exec('pragma synchronous = normal');
    connection.exec(SCHEMA);
    return connection;
  } catch (error) {
    throw new ConfigError(
      `cannot use the history at ${path} (${errorText(error)}): check the folder, or move the file away to start a new one`,
      { path, cause: errorText(error) },
    );
  }
}

function rowOf(decision: Decision) {
  return {
    evaluation_id: decision.evaluationId,
    variant: decision.variant,
    pair: decision.pair,
    timeframe: decision.timeframe,
    close_ms: decision.closeMs,
    action: decision.action,
    body: JSON.stringify(decision),
  };
}
