import { existsSync } from 'node:fs';
import { Kysely, SqliteDialect } from 'kysely';
import type { Decision } from '#core/model/decision.ts';
import type { Pair } from '#core/model/pair.ts';
import { connectSqlite } from '#ledger/sqlite/connection.ts';
import type { HistoryTables } from './tables.ts';

export interface DecisionFilter {
  /** The decisions of one evaluation: one for each variant. */
  readonly evaluationId?: string | undefined;
  readonly pair?: Pair | undefined;
  readonly action?: Decision['action'] | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** Place of the last decision of the page before. */
  readonly after?: { readonly closeMs: number; readonly seq: number } | undefined;
  readonly limit: number;
}

export interface StoredDecision {
  readonly seq: number;
  readonly decision: Decision;
}

export interface HistoryReader {
  /** Newest close first. */
  decisions(filter: DecisionFilter): Promise<readonly StoredDecision[]>;
  close(): void;
}

/** Opens the history beside its writer; undefined while the gateway has not made it yet. */
export function openHistoryReader(path: string): HistoryReader | undefined {
  if (!existsSync(path)) return undefined;
  const connection = connectSqlite({ path, isReadOnly: true, lockWaitMs: 1_000 });
  const database = new Kysely<HistoryTables>({
    dialect: new SqliteDialect({ database: connection }),
  });
  return {
    decisions: (filter) => readDecisions(database, filter),
    close: () => connection.close(),
  };
}

export async function readDecisions(
  database: Kysely<HistoryTables>,
  filter: DecisionFilter,
): Promise<readonly StoredDecision[]> {
  const rows = await select(database, filter).execute();
  return rows.map(({ seq, body }) => ({
    seq,
    // As it was recorded: what an older version wrote is still worth showing.
    decision: JSON.parse(body) as Decision,
  }));
}

function select(database: Kysely<HistoryTables>, filter: DecisionFilter) {
  const { evaluationId, pair, action, sinceMs, untilMs, after, limit } = filter;
  let query = database
    .selectFrom('decisions')
    .select(['seq', 'body'])
    .orderBy('close_ms', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit);
  if (evaluationId !== undefined) query = query.where('evaluation_id', '=', evaluationId);
  if (pair !== undefined) query = query.where('pair', '=', pair);
  if (action !== undefined) query = query.where('action', '=', action);
  if (sinceMs !== undefined) query = query.where('close_ms', '>=', sinceMs);
  if (untilMs !== undefined) query = query.where('close_ms', '<', untilMs);
  if (after === undefined) return query;
  return query.where((e) =>
    e.or([
      e('close_ms', '<', after.closeMs),
      e.and([e('close_ms', '=', after.closeMs), e('seq', '<', after.seq)]),
    ]),
  );
}
