import type { Selectable } from 'kysely';
import { add, format, parse, negate } from '#core/money/decimal.ts';
import type { Pair } from '#core/model/pair.ts';
import { baseOf } from '#core/model/pair.ts';
import { flatPosition, type PositionState, writeOffDust } from '#core/portfolio/position.ts';
import { addToFigures, figuresStatements } from './figures-store.ts';
import { hotQuery } from './hot-query.ts';
import type { LedgerTransaction, ProtectionInput } from './ledger.ts';
import type { RoundTrip } from './records.ts';
import { amount, positionOf, positionStateOf, roundTripOf } from './rows.ts';
import type { StoreContext } from './store-context.ts';
import type { LedgerTables } from './tables.ts';

type PositionStore = Pick<
  LedgerTransaction,
  'position' | 'positions' | 'setProtection' | 'moveToDust'
>;

export type PositionRow = Selectable<LedgerTables['positions']>;
type RoundTripRow = Selectable<LedgerTables['round_trips']>;

export function positionStore(context: StoreContext): PositionStore {
  const { session, builder } = context;
  const sql = positionStatements(builder);
  const figures = figuresStatements(builder);
  return {
    position: async (account, pair) => {
      const row = await session.one(sql.byPair({ account, pair }));
      return row && row.qty !== '0' ? positionOf(row) : undefined;
    },
    positions: async (account) => (await session.all(sql.open({ account }))).map(positionOf),
    setProtection: async (input) => {
      await session.run(sql.protect(input));
    },
    moveToDust: async (account, pair, atMs) => {
      const before = await session.one(sql.byPair({ account, pair }));
      if (before === undefined || before.qty === '0') return undefined;
      const state = positionStateOf(before);
      const asset = baseOf(pair);
      await context.balances.post({
        kind: 'dust',
        ref: pair,
        account,
        atMs,
        entries: [
          { kind: 'free', asset, amount: negate(state.qty) },
          { kind: 'dust', asset, amount: parse(state.qty) },
        ],
      });
      const after = writeOffDust(state);
      const row: PositionRow = {
        ...rowWith(before, after, atMs),
        dust_qty: format(add(amount(before.dust_qty), state.qty)),
        stop_price: null,
        target_price: null,
      };
      await session.run(sql.save(row));
      const roundTrip = await closeRoundTrip(context, sql, row);
      const sale = await session.one(sql.lastSale({ account, pair, sinceMs: before.opened_ms }));
      await addToFigures(context, figures, {
        account,
        profitQuote: format(negate(state.costQuote)),
        feeQuote: amount('0'),
        otherFeeQuote: amount('0'),
        // The rest of what an operator sold counts no more than the sale itself.
        closedProfitQuote: sale?.leg === 'flatten' ? undefined : roundTrip.profitQuote,
      });
      return { position: positionOf(row), roundTrip };
    },
  };
}

export function rowWith(before: PositionRow, state: PositionState, updatedMs: number): PositionRow {
  return { ...before, ...stateColumns(state), updated_ms: updatedMs };
}

export function emptyPositionRow(account: string, pair: Pair, atMs: number): PositionRow {
  return {
    account,
    pair,
    ...stateColumns(flatPosition(atMs)),
    dust_qty: '0',
    stop_price: null,
    target_price: null,
    updated_ms: atMs,
  };
}

/** Records the trade that ended with this row at quantity 0. */
export async function closeRoundTrip(
  { session }: StoreContext,
  sql: ReturnType<typeof positionStatements>,
  row: PositionRow,
): Promise<RoundTrip> {
  const closed: Omit<RoundTripRow, 'id'> = {
    account: row.account,
    pair: row.pair,
    opened_ms: row.opened_ms,
    closed_ms: row.updated_ms,
    bought_qty: row.bought_qty,
    bought_quote: row.bought_quote,
    sold_qty: row.sold_qty,
    sold_quote: row.sold_quote,
    fees_quote: row.fees_quote,
    profit_quote: row.realised_quote,
  };
  const inserted = await session.one(sql.insertRoundTrip(closed));
  return roundTripOf({ ...closed, id: inserted?.id ?? 0 });
}

export function positionStatements(builder: StoreContext['builder']) {
  const positions = builder.selectFrom('positions').selectAll();
  return {
    byPair: hotQuery((values: { account: string; pair: string }) =>
      positions.where('account', '=', values.account).where('pair', '=', values.pair),
    ),
    open: hotQuery((values: { account: string }) =>
      positions.where('account', '=', values.account).where('qty', '<>', '0').orderBy('pair'),
    ),
    save: hotQuery<PositionRow>((row) =>
      builder
        .insertInto('positions')
        .values(columnsOf(row))
        .onConflict((conflict) =>
          conflict.columns(['account', 'pair']).doUpdateSet((row) => ({
            qty: row.ref('excluded.qty'),
            cost_quote: row.ref('excluded.cost_quote'),
            realised_quote: row.ref('excluded.realised_quote'),
            fees_quote: row.ref('excluded.fees_quote'),
            bought_qty: row.ref('excluded.bought_qty'),
            bought_quote: row.ref('excluded.bought_quote'),
            sold_qty: row.ref('excluded.sold_qty'),
            sold_quote: row.ref('excluded.sold_quote'),
            dust_qty: row.ref('excluded.dust_qty'),
            stop_price: row.ref('excluded.stop_price'),
            target_price: row.ref('excluded.target_price'),
            opened_ms: row.ref('excluded.opened_ms'),
            updated_ms: row.ref('excluded.updated_ms'),
          })),
        ),
    ),
    protect: hotQuery<ProtectionInput>((values) =>
      builder
        .updateTable('positions')
        .set({ stop_price: values.stopPrice ?? null, target_price: values.targetPrice ?? null })
        .where('account', '=', values.account)
        .where('pair', '=', values.pair),
    ),
    lastSale: hotQuery((values: { account: string; pair: string; sinceMs: number }) =>
      builder
        .selectFrom('orders')
        .select('leg')
        .where('account', '=', values.account)
        .where('pair', '=', values.pair)
        .where('side', '=', 'sell')
        .where('filled_qty', '<>', '0')
        .where('updated_ms', '>=', values.sinceMs)
        .orderBy('seq', 'desc')
        .limit(1),
    ),
    insertRoundTrip: hotQuery((row: Omit<RoundTripRow, 'id'>) =>
      builder
        .insertInto('round_trips')
        .values({
          account: row.account,
          pair: row.pair,
          opened_ms: row.opened_ms,
          closed_ms: row.closed_ms,
          bought_qty: row.bought_qty,
          bought_quote: row.bought_quote,
          sold_qty: row.sold_qty,
          sold_quote: row.sold_quote,
          fees_quote: row.fees_quote,
          profit_quote: row.profit_quote,
        })
        .returning('id'),
    ),
  };
}

function columnsOf(row: PositionRow): PositionRow {
  return {
    account: row.account,
    pair: row.pair,
    qty: row.qty,
    cost_quote: row.cost_quote,
    realised_quote: row.realised_quote,
    fees_quote: row.fees_quote,
    bought_qty: row.bought_qty,
    bought_quote: row.bought_quote,
    sold_qty: row.sold_qty,
    sold_quote: row.sold_quote,
    dust_qty: row.dust_qty,
    stop_price: row.stop_price,
    target_price: row.target_price,
    opened_ms: row.opened_ms,
    updated_ms: row.updated_ms,
  };
}

function stateColumns(state: PositionState) {
  return {
    qty: state.qty,
    cost_quote: state.costQuote,
    realised_quote: state.realisedQuote,
    fees_quote: state.feesQuote,
    bought_qty: state.boughtQty,
    bought_quote: state.boughtQuote,
    sold_qty: state.soldQty,
    sold_quote: state.soldQuote,
    opened_ms: state.openedMs,
  };
}
