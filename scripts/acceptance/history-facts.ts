/** Decisions as they stand in history.db, read beside the running desk. */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { Decided } from './coverage.ts';

export interface HistoryFacts extends Disposable {
  decisions(sinceMs: number): readonly Decided[];
  /** Pairs with a decision on a candle closed after `sinceMs` that was seen live and in time. */
  livePairs(sinceMs: number): ReadonlySet<string>;
  /** How many there are by action and by reason for no entry. */
  reasons(): readonly (readonly [string, number])[];
  /** Intent ids that decisions name. */
  intentIds(): readonly string[];
}

export function historyFacts(dataDir: string): HistoryFacts {
  const database = new DatabaseSync(join(dataDir, 'history.db'), {
    readOnly: true,
    timeout: 5_000,
  });
  const rows = (sql: string, ...values: number[]): Record<string, unknown>[] =>
    database.prepare(sql).all(...values);
  return {
    decisions: (sinceMs) =>
      rows('select pair, close_ms from decisions where close_ms > ?', sinceMs).map((row) => ({
        pair: String(row['pair']),
        closeMs: Number(row['close_ms']),
      })),
    livePairs: (sinceMs) => {
      const live = rows(
        `select distinct pair from decisions where close_ms > ? and not exists (
           select 1 from json_each(body, '$.noEntry') where value in ('backfilled', 'late'))`,
        sinceMs,
      );
      return new Set(live.map((row) => String(row['pair'])));
    },
    reasons: () =>
      [
        ...rows('select action as name, count(*) as n from decisions group by 1 order by 2 desc'),
        ...rows(
          `select value as name, count(*) as n from decisions, json_each(body, '$.noEntry')
         group by 1 order by 2 desc`,
        ),
      ].map((row) => [String(row['name']), Number(row['n'])] as const),
    intentIds: () =>
      rows(
        `select json_extract(body, '$.intentId') as id from decisions
         where json_extract(body, '$.intentId') is not null`,
      ).map((row) => String(row['id'])),
    [Symbol.dispose]: () => database.close(),
  };
}
