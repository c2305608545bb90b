import {
  add,
  type Decimal,
  format,
  isEqual,
  isNegative,
  isZero,
  parse,
  ZERO,
} from '#core/money/decimal.ts';
import { amount } from '../rows.ts';
import type { CheckContext } from './check-context.ts';

/** Every transaction is zero-sum per asset, and every balance is the sum of its entries. */
export function checkMoney(context: CheckContext): { transactions: number; entries: number } {
  const balances = new Map<number, Decimal>();
  const counts = { transactions: 0, entries: 0 };
  let current: { id: number; sums: Map<string, Decimal> } | undefined;

  const finish = (): void => {
    if (current === undefined) return;
    counts.transactions += 1;
    for (const [asset, total] of current.sums) {
      if (isZero(total)) continue;
      context.problems.add(
        'not-zero-sum',
        `transaction ${current.id} does not balance: ${format(total)} ${asset}`,
      );
    }
  };

  for (const row of context.rows(entriesOf(context))) {
    if (row.transaction_id !== current?.id) {
      finish();
      current = { id: row.transaction_id, sums: new Map() };
    }
    counts.entries += 1;
    const value = parse(amount(row.amount));
    current.sums.set(row.asset, add(current.sums.get(row.asset) ?? ZERO, value));
    balances.set(row.account_id, add(balances.get(row.account_id) ?? ZERO, value));
  }
  finish();
  checkBalances(context, balances);
  checkEmpty(context);
  return counts;
}

function entriesOf({ builder }: CheckContext) {
  return builder
    .selectFrom('entries')
    .innerJoin('accounts', 'accounts.id', 'entries.account_id')
    .select(['entries.transaction_id', 'entries.account_id', 'entries.amount', 'accounts.asset'])
    .orderBy('entries.transaction_id');
}

function checkBalances(context: CheckContext, sums: ReadonlyMap<number, Decimal>): void {
  // Only the quote asset is bounded: a fee in a third asset is a debt.
  const quotes = new Set<string>();
  for (const row of context.rows(context.builder.selectFrom('account_figures').selectAll())) {
    quotes.add(`${row.account} free ${row.quote_asset}`);
  }
  for (const row of context.rows(context.builder.selectFrom('accounts').selectAll())) {
    const found = amount(row.balance);
    const sum = sums.get(row.id) ?? ZERO;
    const name = `${row.account} ${row.kind} ${row.asset}`;
    if (!isEqual(found, sum)) {
      context.problems.add(
        'balance-differs',
        `balance of ${name} is ${found}, its entries sum to ${format(sum)}`,
      );
    }
    const mustNotBeNegative = row.kind === 'held' || (row.kind === 'free' && quotes.has(name));
    if (mustNotBeNegative && isNegative(found)) {
      context.problems.add('negative-balance', `balance of ${name} is ${found}`);
    }
  }
}

function checkEmpty(context: CheckContext): void {
  const empty = context.builder
    .selectFrom('transactions')
    .leftJoin('entries', 'entries.transaction_id', 'transactions.id')
    .where('entries.seq', 'is', null)
    .select('transactions.id');
  for (const { id } of context.rows(empty)) {
    context.problems.add('empty-transaction', `transaction ${id} has no entries`);
  }
}
