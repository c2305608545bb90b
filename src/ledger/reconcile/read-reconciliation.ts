import { type Kysely, sql } from 'kysely';
import type { Reconciliation } from '../reader.ts';
import type { LedgerTables } from '../tables.ts';
import {
  differenceOf,
  externalOrderOf,
  externalTradeOf,
  flowOf,
  venueAccountOf,
} from './reconcile-rows.ts';

/** What a person may want to see of the account at the venue. */
export async function readReconciliation(
  database: Kysely<LedgerTables>,
  limit: number,
): Promise<Reconciliation | undefined> {
  // A ledger that no desk of this version has opened has no such tables.
  const tables = await sql<{ name: string }>`select name from sqlite_master
    where type = 'table' and name = 'venue_account'`.execute(database);
  if (tables.rows.length === 0) return undefined;
  const row = await database.selectFrom('venue_account').selectAll().executeTakeFirst();
  if (row === undefined) return undefined;
  const { account } = row;
  const differences = database.selectFrom('differences').selectAll().where('account', '=', account);
  const orders = database.selectFrom('external_orders').selectAll().where('account', '=', account);
  const trades = database.selectFrom('external_trades').selectAll().where('account', '=', account);
  const flows = database.selectFrom('venue_flows').selectAll().where('account', '=', account);
  const open = differences.where('state', '=', 'open').orderBy('seq');
  const ended = differences.where('state', '<>', 'open').orderBy('seq', 'desc').limit(limit);
  return {
    account: venueAccountOf(row),
    open: (await open.execute()).map(differenceOf),
    ended: (await ended.execute()).map(differenceOf),
    externalOrders: (await orders.where('is_open', '=', 1).orderBy('seq').execute()).map(
      externalOrderOf,
    ),
    externalTrades: (await trades.orderBy('seq', 'desc').limit(limit).execute()).map(
      externalTradeOf,
    ),
    flows: (await flows.orderBy('seq', 'desc').limit(limit).execute()).map(flowOf),
  };
}
