import type { Selectable } from 'kysely';
import {
  add,
  compare,
  div,
  format,
  isAbove,
  isPositive,
  mul,
  negate,
  parse,
  ZERO,
} from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { assert } from '#platform/errors.ts';
import { hotInsert, hotQuery } from './hot-query.ts';
import type { FundInput, LedgerTransaction } from './ledger.ts';
import type { EquityPoint } from './records.ts';
import { utcMonthStart } from '#core/risk/halts.ts';
import { amount, figuresOf } from './rows.ts';
import type { StoreContext } from './store-context.ts';
import type { LedgerTables } from './tables.ts';

type FiguresStore = Pick<
  LedgerTransaction,
  | 'fund'
  | 'figures'
  | 'balance'
  | 'balances'
  | 'recordEquity'
  | 'startDay'
  | 'resetPeak'
  | 'resetLosses'
>;

type FiguresRow = Selectable<LedgerTables['account_figures']>;

/** What one booked fill adds to the account's sums. */
export interface FiguresChange {
  readonly account: string;
  readonly profitQuote: DecimalText;
  readonly feeQuote: DecimalText;
  readonly otherFeeQuote: DecimalText;
  /** Profit of the round trip that closed, if one did. */
  readonly closedProfitQuote: DecimalText | undefined;
}

/** Capital, sums and the equity series of an account. */
export function figuresStore(context: StoreContext): FiguresStore {
  const { session, builder, balances } = context;
  const sql = figuresStatements(builder);

  async function change(account: string, next: (row: FiguresRow) => Partial<FiguresRow>) {
    const before = await session.one(sql.byAccount({ account }));
    assert(before !== undefined, 'the account was never funded', { account });
    await session.run(sql.update({ ...before, ...next(before) }));
  }

  return {
    fund: (input) => fund(context, sql, input),
    figures: async (account) => {
      const row = await session.one(sql.byAccount({ account }));
      return row && figuresOf(row);
    },
    balance: async (account, kind, asset) => format(balances.amountOf(account, kind, asset)),
    balances: async (account) => balances.balancesOf(account),
    recordEquity: async (point) => {
      await session.run(sql.insertEquity(equityRow(point)));
      await change(point.account, (row) => peaksAfter(row, point));
    },
    startDay: (account, dayStartMs, equityQuote) =>
      change(account, () => ({ day_start_ms: dayStartMs, day_start_equity_quote: equityQuote })),
    resetPeak: (account, equityQuote, atMs) =>
      change(account, () => ({
        peak_equity_quote: equityQuote,
        peak_ms: atMs,
        month_peak_quote: equityQuote,
      })),
    resetLosses: (account) => change(account, () => ({ losses_in_row: 0 })),
  };
}

/** Adds what a fill did; part of the fill's transaction. */
export async function addToFigures(
  { session }: StoreContext,
  sql: ReturnType<typeof figuresStatements>,
  change: FiguresChange,
): Promise<void> {
  const before = await session.one(sql.byAccount({ account: change.account }));
  assert(before !== undefined, 'the account was never funded', { account: change.account });
  await session.run(
    sql.update({
      ...before,
      realised_quote: format(add(amount(before.realised_quote), change.profitQuote)),
      fees_quote: format(add(amount(before.fees_quote), change.feeQuote)),
      other_fees_quote: format(add(amount(before.other_fees_quote), change.otherFeeQuote)),
      losses_in_row: lossesAfter(before.losses_in_row, change.closedProfitQuote),
    }),
  );
}

export async function fund(
  { session, balances }: StoreContext,
  sql: ReturnType<typeof figuresStatements>,
  input: FundInput,
): Promise<void> {
  const { account, asset, atMs } = input;
  await balances.post({
    kind: 'fund',
    ref: input.reason,
    account,
    atMs,
    entries: [
      { kind: input.from ?? 'external', asset, amount: negate(input.amount) },
      { kind: 'free', asset, amount: parse(input.amount) },
    ],
  });
  const before = await session.one(sql.byAccount({ account }));
  if (before === undefined) {
    await session.run(sql.insert(firstFigures(input)));
    return;
  }
  assert(before.quote_asset === asset, 'an account is funded in its quote asset', { asset });
  await session.run(
    sql.update({
      ...before,
      capital_quote: format(add(amount(before.capital_quote), input.amount)),
      peak_equity_quote: withFlow(before.peak_equity_quote, input),
      day_start_equity_quote: withFlow(before.day_start_equity_quote, input),
      month_peak_quote: withFlow(before.month_peak_quote, input),
    }),
  );
}

// Places of a level that a flow has moved: far below the smallest unit of any quote asset.
const LEVEL_PLACES = 12;

/** A flow is neither profit nor loss: peak and day start move with it, so that drawdown does not. */
function withFlow(level: string, { amount: flow, equityQuote }: FundInput): DecimalText {
  const moved = equityQuote === undefined ? ZERO : add(equityQuote, flow);
  if (equityQuote === undefined || !isPositive(equityQuote) || !isPositive(moved)) {
    return format(add(amount(level), flow));
  }
  return format(div(mul(amount(level), moved), equityQuote, LEVEL_PLACES, 'half-even'));
}

function firstFigures({ account, asset, amount: capital, atMs }: FundInput): FiguresRow {
  return {
    account,
    quote_asset: asset,
    capital_quote: capital,
    realised_quote: '0',
    fees_quote: '0',
    other_fees_quote: '0',
    peak_equity_quote: capital,
    peak_ms: atMs,
    day_start_ms: atMs - (atMs % 86_400_000),
    day_start_equity_quote: capital,
    losses_in_row: 0,
    month_start_ms: utcMonthStart(atMs),
    month_peak_quote: capital,
  };
}

/** The highest equity ever and of this month; a month begins with its first point. */
function peaksAfter(row: FiguresRow, { equityQuote, atMs }: EquityPoint): Partial<FiguresRow> {
  const isHigher = isAbove(equityQuote, amount(row.peak_equity_quote));
  const monthStartMs = utcMonthStart(atMs);
  const isNewMonth = monthStartMs > row.month_start_ms;
  const isMonthHigher = isNewMonth || isAbove(equityQuote, amount(row.month_peak_quote));
  return {
    ...(isHigher && { peak_equity_quote: equityQuote, peak_ms: atMs }),
    ...(isNewMonth && { month_start_ms: monthStartMs }),
    ...(isMonthHigher && { month_peak_quote: equityQuote }),
  };
}

function lossesAfter(before: number, closedProfitQuote: DecimalText | undefined): number {
  if (closedProfitQuote === undefined) return before;
  const sign = compare(closedProfitQuote, amount('0'));
  if (sign === 0) return before;
  return sign < 0 ? before + 1 : 0;
}

function equityRow(point: EquityPoint) {
  return {
    account: point.account,
    at_ms: point.atMs,
    equity_quote: point.equityQuote,
    cash_quote: point.cashQuote,
    positions_quote: point.positionsQuote,
    cause: point.cause,
  };
}

export function figuresStatements(builder: StoreContext['builder']) {
  return {
    byAccount: hotQuery((values: { account: string }) =>
      builder.selectFrom('account_figures').selectAll().where('account', '=', values.account),
    ),
    insert: hotInsert(builder, 'account_figures', [
      'account',
      'quote_asset',
      'capital_quote',
      'realised_quote',
      'fees_quote',
      'other_fees_quote',
      'peak_equity_quote',
      'peak_ms',
      'day_start_ms',
      'day_start_equity_quote',
      'losses_in_row',
      'month_start_ms',
      'month_peak_quote',
    ]),
    update: hotQuery<FiguresRow>((row) =>
      builder
        .updateTable('account_figures')
        .set({
          capital_quote: row.capital_quote,
          realised_quote: row.realised_quote,
          fees_quote: row.fees_quote,
          other_fees_quote: row.other_fees_quote,
          peak_equity_quote: row.peak_equity_quote,
          peak_ms: row.peak_ms,
          day_start_ms: row.day_start_ms,
          day_start_equity_quote: row.day_start_equity_quote,
          losses_in_row: row.losses_in_row,
          month_start_ms: row.month_start_ms,
          month_peak_quote: row.month_peak_quote,
        })
        .where('account', '=', row.account),
    ),
    insertEquity: hotInsert(builder, 'equity', [
      'account',
      'at_ms',
      'equity_quote',
      'cash_quote',
      'positions_quote',
      'cause',
    ]),
  };
}
