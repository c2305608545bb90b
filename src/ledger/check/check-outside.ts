import { add, type Decimal, format, isEqual, ZERO } from '#core/money/decimal.ts';
import { changesOf } from '#core/reconcile/shares.ts';
import { externalTradeOf, flowOf } from '../reconcile/reconcile-rows.ts';
import { externalRef, flowRef } from '../reconcile/outside-store.ts';
import { amount } from '../rows.ts';
import type { CheckContext } from './check-context.ts';

const FIRST_VERSION = 5;

/**
 * Every deposit, withdrawal, conversion and trade that was not the desk's moved exactly what it says,
 * desk and rest together, and nothing moved without one of them.
 */
export function checkOutside(context: CheckContext): { readonly outside: number } {
  // Not opened yet by a desk that keeps the account at the venue.
  const versions = [...context.rows(context.builder.selectFrom('migrations').selectAll())];
  if (!versions.some(({ version }) => version >= FIRST_VERSION)) return { outside: 0 };
  const { sums, toExplain } = movedBy(context);
  const explained = new Set<string>();
  const { builder } = context;
  let outside = 0;
  const expect = (ref: string, asset: string, should: Decimal): void => {
    const key = `${ref} ${asset}`;
    const is = sums.get(key) ?? ZERO;
    explained.add(key);
    if (isEqual(is, should)) return;
    context.problems.add(
      'outside-differs',
      `${ref} changed ${asset} by ${format(should)} at the venue and by ${format(is)} here`,
    );
  };
  for (const row of context.rows(builder.selectFrom('venue_flows').selectAll())) {
    outside += 1;
    const flow = flowOf(row);
    expect(flowRef(flow), flow.asset, add(ZERO, flow.amount));
  }
  for (const row of context.rows(builder.selectFrom('external_trades').selectAll())) {
    outside += 1;
    const trade = externalTradeOf(row);
    for (const [asset, change] of changesOf(trade)) expect(externalRef(trade), asset, change);
  }
  for (const key of toExplain) {
    if (explained.has(key)) continue;
    const is = format(sums.get(key) ?? ZERO);
    context.problems.add('outside-differs', `${is} moved for ${key}, which is not recorded`);
  }
  return { outside };
}

interface Moved {
  /** By cause and asset; a part that is the desk's is a funding of the same name. */
  readonly sums: Map<string, Decimal>;
  /** Those that something recorded must explain. */
  readonly toExplain: ReadonlySet<string>;
}

function movedBy(context: CheckContext): Moved {
  const entries = context.builder
    .selectFrom('entries')
    .innerJoin('accounts', 'accounts.id', 'entries.account_id')
    .innerJoin('transactions', 'transactions.id', 'entries.transaction_id')
    .where('transactions.kind', 'in', ['flow', 'external', 'fund'])
    .where('accounts.kind', 'in', ['free', 'dust'])
    .select(['transactions.kind', 'transactions.ref', 'accounts.asset', 'entries.amount']);
  const sums = new Map<string, Decimal>();
  const toExplain = new Set<string>();
  for (const { kind, ref, asset, amount: value } of context.rows(entries)) {
    const key = `${ref} ${asset}`;
    if (kind !== 'fund') toExplain.add(key);
    sums.set(key, add(sums.get(key) ?? ZERO, amount(value)));
  }
  return { sums, toExplain };
}
