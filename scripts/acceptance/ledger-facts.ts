/**
 * The ledger as plain rows, read without the desk's own ledger code, so that what is checked and
 * what checks share as little as possible.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const FillRow = z.looseObject({
  seq: z.int(),
  pair: z.string(),
  side: z.enum(['buy', 'sell']),
  price: z.string(),
  qty: z.string(),
  quote_qty: z.string(),
  fee: z.string(),
  fee_asset: z.string(),
  at_ms: z.int(),
  client_order_id: z.string(),
  type: z.string(),
  leg: z.string(),
});
export type FillRow = z.output<typeof FillRow>;

const RoundTripRow = z.looseObject({
  pair: z.string(),
  opened_ms: z.int(),
  closed_ms: z.int(),
  bought_quote: z.string(),
  sold_quote: z.string(),
  fees_quote: z.string(),
  profit_quote: z.string(),
});
export type RoundTripRow = z.output<typeof RoundTripRow>;

const BalanceRow = z.looseObject({ kind: z.string(), asset: z.string(), balance: z.string() });
export type BalanceRow = z.output<typeof BalanceRow>;

const PositionRow = z.looseObject({
  account: z.string(),
  pair: z.string(),
  qty: z.string(),
  dust_qty: z.string(),
});
export type PositionRow = z.output<typeof PositionRow>;

const CapitalRow = z.looseObject({ capital_quote: z.string() });

export interface LedgerFacts extends Disposable {
  fills(): readonly FillRow[];
  roundTrips(): readonly RoundTripRow[];
  balances(): readonly BalanceRow[];
  /** Open ones. */
  positions(): readonly PositionRow[];
  /** Positions without a working stop order, each with the pair's last order. */
  unprotected(): readonly string[];
  capital(): string;
  /** Orders and fills that exist twice, intents with two entries, in words. */
  doubles(): readonly string[];
  /** Of these intent ids, those the desk never received. */
  neverReceived(ids: readonly string[]): readonly string[];
  /** Orders written and fills booked after a moment. */
  writtenSince(ms: number): number;
  /** Kinds of the halts in force. */
  halts(): readonly string[];
  /** Verdicts on intents, by kind and first reason. */
  verdicts(): readonly (readonly [string, number])[];
}

const OPEN = `qty <> '0'`;

export function ledgerFacts(dataDir: string): LedgerFacts {
  const database = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true, timeout: 5_000 });
  const rows = (sql: string, ...values: (number | string)[]): Record<string, unknown>[] =>
    database.prepare(sql).all(...values);
  const count = (sql: string, ...values: number[]): number =>
    Number(rows(sql, ...values)[0]?.['n']);
  return {
    fills: () =>
      z.array(FillRow).parse(
        rows(`select f.*, o.type, o.leg from fills f join orders o using (client_order_id)
              order by f.seq`),
      ),
    roundTrips: () => z.array(RoundTripRow).parse(rows('select * from round_trips order by id')),
    balances: () => z.array(BalanceRow).parse(rows('select * from accounts')),
    positions: () => z.array(PositionRow).parse(rows(`select * from positions where ${OPEN}`)),
    unprotected: () =>
      rows(`select pair, qty, (select leg || ' ' || status || ' ' || qty from orders o
                where o.pair = p.pair order by seq desc limit 1) as latest
              from positions p where ${OPEN} and not exists (
              select 1 from orders o where o.pair = p.pair and o.leg = 'stop' and o.is_ended = 0)`).map(
        ({ pair, qty, latest }) => `${String(pair)} ${String(qty)}, last order ${String(latest)}`,
      ),
    capital: () => {
      const [row] = rows('select capital_quote from account_figures');
      return CapitalRow.parse(row).capital_quote;
    },
    doubles: () => [
      ...rows(`select intent_id, pair, count(*) as n from orders where leg = 'entry' and attempt = 0
               group by 1, 2 having n > 1`).map((row) => `two entries: ${JSON.stringify(row)}`),
      ...rows(`select pair, venue_trade_id, side, count(*) as n from fills
               group by 1, 2, 3 having n > 1`).map((row) => `fill twice: ${JSON.stringify(row)}`),
      ...rows('select id, count(*) as n from intents group by 1 having n > 1').map(
        (row) => `intent twice: ${JSON.stringify(row)}`,
      ),
    ],
    neverReceived: (ids) => {
      const known = new Set(rows('select id from inbox').map((row) => String(row['id'])));
      return ids.filter((id) => !known.has(id));
    },
    writtenSince: (ms) =>
      count('select count(*) as n from orders where created_ms > ?', ms) +
      count('select count(*) as n from fills where at_ms > ?', ms),
    halts: () =>
      rows('select kind from halts where lifted_ms is null').map((row) => String(row['kind'])),
    verdicts: () =>
      rows(`select coalesce(verdict_kind || ' ' || json_extract(verdict, '$.reasons[0].code'),
              verdict_kind) as name, count(*) as n from intents group by 1 order by 2 desc`).map(
        (row) => [String(row['name']), Number(row['n'])] as const,
      ),
    [Symbol.dispose]: () => database.close(),
  };
}
