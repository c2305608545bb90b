import { type Kysely, sql } from 'kysely';
import { ConformanceResult } from '#core/promotion/conformance.ts';
import { FidelityScore } from '#core/fidelity/score.ts';
import type { LedgerReader } from './reader.ts';
import { promotionOf, runOf } from './rows.ts';
import type { LedgerTables } from './tables.ts';

/** What the checklist of a promotion is filled from. */
export function promotionReads(database: Kysely<LedgerTables>) {
  return {
    runs: async () => {
      if (await isOld(database)) return [];
      return (await database.selectFrom('runs').selectAll().orderBy('seq').execute()).map(runOf);
    },
    promotions: async () => {
      if (await isOld(database)) return [];
      const rows = await database.selectFrom('promotions').selectAll().orderBy('seq').execute();
      return rows.map(promotionOf);
    },
    conformance: async (venue) => {
      if (await isOld(database)) return undefined;
      const newest = database.selectFrom('conformance').select('result').orderBy('seq', 'desc');
      const row = await newest.where('venue', '=', venue).limit(1).executeTakeFirst();
      return row && ConformanceResult.parse(JSON.parse(row.result));
    },
    fidelity: async ({ account, sinceMs, limit }) => {
      if (await isOld(database)) return [];
      const rows = await database
        .selectFrom('fidelity')
        .select('score')
        .where('account', '=', account)
        .where('created_ms', '>=', sinceMs)
        .orderBy('created_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ score }) => FidelityScore.parse(JSON.parse(score)));
    },
    closedTrades: async (account, times) => {
      let count = 0;
      for (const { fromMs, toMs } of times) {
        const { trades } = await database
          .selectFrom('round_trips')
          .select(({ fn }) => fn.countAll<number>().as('trades'))
          .where('account', '=', account)
          .where('closed_ms', '>=', fromMs)
          .where('closed_ms', '<', toMs)
          .executeTakeFirstOrThrow();
        count += trades;
      }
      return count;
    },
    haltsSince: async (kind, sinceMs) => {
      const { halts } = await database
        .selectFrom('halts')
        .select(({ fn }) => fn.countAll<number>().as('halts'))
        .where('kind', '=', kind)
        .where('since_ms', '>=', sinceMs)
        .executeTakeFirstOrThrow();
      return halts;
    },
  } satisfies Partial<LedgerReader>;
}

/** A desk of this version has not opened the file yet: it knows of no run. */
async function isOld(database: Kysely<LedgerTables>): Promise<boolean> {
  const tables = await sql`select 1 from sqlite_master where name = 'fidelity'`.execute(database);
  return tables.rows.length === 0;
}
