import type { Kysely } from 'kysely';
import type { LedgerReader } from './reader.ts';
import { ledgerEventOf } from './rows.ts';
import type { LedgerTables } from './tables.ts';

const FIRST_VERSION = 10;

/** Events for those who follow the ledger. */
export function eventReads(
  database: Kysely<LedgerTables>,
): Pick<LedgerReader, 'events' | 'eventRange'> {
  let hasTable = false;

  /** A follower may be up before the first desk of this version has opened the ledger. */
  async function isThere(): Promise<boolean> {
    if (hasTable) return true;
    const step = database.selectFrom('migrations').select('version');
    const found = await step.where('version', '=', FIRST_VERSION).executeTakeFirst();
    hasTable = found !== undefined;
    return hasTable;
  }

  return {
    events: async ({ afterSeq, limit }) => {
      if (!(await isThere())) return [];
      const rows = database.selectFrom('events').selectAll().where('seq', '>', afterSeq);
      return (await rows.orderBy('seq').limit(limit).execute()).map(ledgerEventOf);
    },
    eventRange: async () => {
      if (!(await isThere())) return { oldestSeq: 0, newestSeq: 0 };
      const range = await database
        .selectFrom('events')
        .select(({ fn }) => [fn.min('seq').as('oldest'), fn.max('seq').as('newest')])
        .executeTakeFirstOrThrow();
      // SQLite says NULL of nothing, which the types do not know.
      const { oldest, newest } = range as { oldest: number | null; newest: number | null };
      return { oldestSeq: oldest ?? 0, newestSeq: newest ?? 0 };
    },
  };
}
