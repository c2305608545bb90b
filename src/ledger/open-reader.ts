import { existsSync } from 'node:fs';
import { Kysely, type SelectQueryBuilder, sql, SqliteDialect } from 'kysely';
import { z } from 'zod';
import { ledgerError } from './errors.ts';
import { eventReads } from './event-reads.ts';
import { assertNotNewer } from './migrate.ts';
import { promotionReads } from './promotion-reads.ts';
import type { LedgerReader, Page, PageRequest } from './reader.ts';
import type { AccountKind } from './records.ts';
import {
  amount,
  auditRecordOf,
  equityPointOf,
  figuresOf,
  fillOf,
  haltOf,
  intentOf,
  operatorActionOf,
  orderEventOf,
  orderOf,
  positionOf,
  roundTripOf,
} from './rows.ts';
import { readReconciliation } from './reconcile/read-reconciliation.ts';
import { connectSqlite } from './sqlite/connection.ts';
import type { LedgerTables } from './tables.ts';

type Database = Kysely<LedgerTables>;

const DataVersion = z.object({ data_version: z.int() });

/**
 * Opens a ledger for reading, whether a desk runs on it or not. Write-ahead logging lets it read
 * while the one writer writes. Throws DeskError `ledger.missing`, `ledger.corrupt`, `ledger.newer`.
 */
export async function openLedgerReader(path: string): Promise<LedgerReader> {
  if (!existsSync(path)) throw ledgerError('ledger.missing', { path });
  const connection = connectSqlite({ path, isReadOnly: true, lockWaitMs: 1_000 });
  const database: Database = new Kysely({
    dialect: new SqliteDialect({ database: connection }),
  });
  try {
    assertNotNewer(await versionOf(database, path), path);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return {
    ...deskReads(database),
    ...pagedReads(database),
    ...promotionReads(database),
    ...eventReads(database),
    reconciliation: (limit) => readReconciliation(database, limit),
    equity: (filter) => equity(database, filter),
    dataVersion: () => DataVersion.parse(connection.all('pragma data_version', [])[0]).data_version,
    close: () => database.destroy(),
  };
}

async function versionOf(database: Database, path: string): Promise<number> {
  const tables = await sql<{ name: string }>`select name from sqlite_master
    where type = 'table' and name = 'migrations'`.execute(database);
  if (tables.rows.length === 0) throw ledgerError('ledger.missing', { path });
  const newest = await database
    .selectFrom('migrations')
    .select('version')
    .orderBy('version', 'desc')
    .executeTakeFirst();
  return newest?.version ?? 0;
}

function deskReads(database: Database) {
  return {
    meta: async () => {
      const row = await database.selectFrom('meta').selectAll().executeTakeFirstOrThrow();
      const version = await versionOf(database, '');
      return {
        schemaVersion: version,
        deskId: row.desk_id,
        createdMs: row.created_ms,
        // Read before a desk of this version has opened it, a ledger has no such column.
        market: row.market ?? undefined,
      };
    },
    accounts: async () =>
      (await database.selectFrom('account_figures').selectAll().execute()).map(figuresOf),
    balances: async (account?: string) => {
      const rows = await database
        .selectFrom('accounts')
        .selectAll()
        .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
        .orderBy('id')
        .execute();
      return rows.map(({ account: owner, kind, asset, balance }) => ({
        account: owner,
        kind: kind as AccountKind,
        asset,
        amount: amount(balance),
      }));
    },
    orderEvents: async (id: string) => {
      const query = database.selectFrom('order_events').selectAll().orderBy('seq');
      return (await query.where('client_order_id', '=', id).execute()).map(orderEventOf);
    },
    positions: async (account?: string) => {
      const rows = await database
        .selectFrom('positions')
        .selectAll()
        .where('qty', '<>', '0')
        .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
        .orderBy('pair')
        .execute();
      return rows.map(positionOf);
    },
    halts: async () => {
      const query = database.selectFrom('halts').selectAll().where('lifted_ms', 'is', null);
      return (await query.orderBy('seq').execute()).map(haltOf);
    },
  } satisfies Partial<LedgerReader>;
}

function pagedReads(database: Database) {
  return {
    orders: (filter) => {
      const query = narrowed(database.selectFrom('orders').selectAll(), filter);
      const wanted =
        filter.isOpen === undefined ? query : query.where('is_ended', '=', filter.isOpen ? 0 : 1);
      return page(beginning(wanted, filter.idStart), filter, orderOf);
    },
    fills: (filter) =>
      page(narrowed(database.selectFrom('fills').selectAll(), filter, 'at_ms'), filter, fillOf),
    roundTrips: (filter) => {
      const rows = database.selectFrom('round_trips').selectAll().select('id as seq');
      return page(narrowed(rows, filter, 'closed_ms'), filter, roundTripOf, 'id');
    },
    intents: (filter) =>
      page(
        narrowed(
          database
            .selectFrom('intents')
            .selectAll()
            .$if(filter.id !== undefined, (query) => query.where('id', '=', filter.id ?? '')),
          { ...filter, account: undefined },
          'at_ms',
        ),
        filter,
        intentOf,
      ),
    operatorActions: (filter) =>
      page(database.selectFrom('operator_actions').selectAll(), filter, operatorActionOf),
    audit: ({ kind, ...filter }) => {
      const rows = database.selectFrom('audit').selectAll();
      const wanted =
        kind === undefined
          ? rows
          : rows.where((row) => row.or([row('kind', '=', kind), row('kind', 'like', `${kind}.%`)]));
      return page(narrowed(wanted, filter, 'at_ms'), filter, auditRecordOf);
    },
  } satisfies Partial<LedgerReader>;
}

/** By a range, so that the index on the id is used. */
function beginning<Query>(query: Query, idStart: string | undefined): Query {
  if (idStart === undefined) return query;
  const id = sql.ref<string>('client_order_id');
  const narrow = query as unknown as AnyQuery;
  return narrow.where(id, '>=', idStart).where(id, '<', `${idStart}\u{ffff}`) as unknown as Query;
}

interface Narrowing {
  readonly account?: string | undefined;
  readonly pair?: string | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

// The tables share these column names; Kysely cannot know that of a table it does not know.
type AnyQuery = SelectQueryBuilder<LedgerTables, 'fills', object>;

function narrowed<Query>(query: Query, filter: Narrowing, timeColumn?: string): Query {
  let narrow = query as unknown as AnyQuery;
  if (filter.account !== undefined) narrow = narrow.where('account', '=', filter.account);
  if (filter.pair !== undefined) narrow = narrow.where('pair', '=', filter.pair);
  if (timeColumn === undefined) return narrow as unknown as Query;
  const at = sql.ref<number>(timeColumn);
  if (filter.sinceMs !== undefined) narrow = narrow.where(at, '>=', filter.sinceMs);
  if (filter.untilMs !== undefined) narrow = narrow.where(at, '<', filter.untilMs);
  return narrow as unknown as Query;
}

/** Newest first. One row more than asked for tells whether there is a next page. */
async function page<Row extends { seq: number }, T>(
  query: { execute(): Promise<Row[]> },
  request: PageRequest,
  read: (row: Row) => T,
  key: 'seq' | 'id' = 'seq',
): Promise<Page<T>> {
  let paged = query as unknown as AnyQuery;
  const cursor = Number(request.cursor ?? Number.NaN);
  if (Number.isSafeInteger(cursor)) paged = paged.where(sql.ref<number>(key), '<', cursor);
  const rows = (await paged
    .orderBy(sql.ref(key), 'desc')
    .limit(request.limit + 1)
    .execute()) as unknown as Row[];
  const shown = rows.slice(0, request.limit);
  const last = shown.at(-1);
  const hasMore = rows.length > request.limit && last !== undefined;
  return { rows: shown.map(read), ...(hasMore && { nextCursor: String(last.seq) }) };
}

async function equity(database: Database, filter: Parameters<LedgerReader['equity']>[0]) {
  const { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER } = filter;
  const wanted = database
    .selectFrom('equity')
    .where('account', '=', filter.account)
    .where('at_ms', '>=', sinceMs)
    .where('at_ms', '<', untilMs);
  const { count } = await wanted
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const stride = Math.max(1, Math.ceil(count / filter.limit));
  const numbered = wanted
    .selectAll()
    .select(sql<number>`row_number() over (order by at_ms desc, seq desc)`.as('place'));
  // Counted from the newest, so the latest point is always among them.
  const rows = await database
    .selectFrom(numbered.as('numbered'))
    .selectAll()
    .where(sql<boolean>`(place - 1) % ${stride} = 0`)
    .orderBy('at_ms')
    .orderBy('seq')
    .execute();
  return rows.map(equityPointOf);
}
