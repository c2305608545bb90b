import type { Kysely } from 'kysely';
import { add, type Decimal, format, isZero, parse, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { assert } from '#platform/errors.ts';
import { hotInsert, hotInsertMany, hotQuery } from './hot-query.ts';
import type { AccountKind, Balance } from './records.ts';
import { amount } from './rows.ts';
import type { Session } from './session.ts';
import type { LedgerTables } from './tables.ts';

/**
 * The only way money moves. A posting is a set of entries that is zero-sum per asset, or the process
 * ends before the commit. Running balances are kept in memory (one writer, fenced) and written with
 * the transaction they belong to; a rolled back transaction leaves them as they were.
 */
export interface BalanceBook {
  load(): Promise<void>;
  amountOf(account: string, kind: AccountKind, asset: string): Decimal;
  balancesOf(account: string): readonly Balance[];
  post(posting: Posting): Promise<void>;
  /** Writes the balances this transaction changed; called last before the commit. */
  flush(): Promise<void>;
  committed(): void;
  rolledBack(): void;
}

export interface Posting {
  readonly kind:
    | 'fund'
    | 'hold'
    | 'release'
    | 'fill'
    | 'dust'
    /** The first balances of the account at the venue. */
    | 'baseline'
    /** What the venue's history of deposits and the like tells of. */
    | 'flow'
    /** A trade that was not the desk's. */
    | 'external'
    /** A difference that a person accepted. */
    | 'adjust'
    /** Coins of a position that are gone, accepted by a person. */
    | 'write-off';
  /** What it is for: an order id, a reason. */
  readonly ref: string;
  readonly account: string;
  readonly atMs: number;
  readonly entries: readonly PostingEntry[];
}

interface PostingEntry {
  readonly kind: AccountKind;
  readonly asset: string;
  readonly amount: Decimal;
}

interface RunningBalance extends Balance {
  readonly id: number;
}

export function balanceBook(
  session: Session,
  builder: Kysely<LedgerTables>,
  owner: string,
): BalanceBook {
  const sql = statements(builder);
  const balances = overlay();
  let nextAccountId = 1;
  let nextTransactionId = 1;

  async function load(): Promise<void> {
    const rows = await session.all(builder.selectFrom('accounts').selectAll().compile());
    for (const row of rows) {
      balances.set({ ...row, kind: row.kind as AccountKind, amount: amount(row.balance) });
      nextAccountId = Math.max(nextAccountId, row.id + 1);
    }
    balances.committed();
    const last = await session.one(sql.lastTransaction);
    nextTransactionId = (last?.id ?? 0) + 1;
  }

  async function running(account: string, entry: PostingEntry): Promise<RunningBalance> {
    const known = balances.find(account, entry.kind, entry.asset);
    if (known !== undefined) return known;
    const fresh = { account, kind: entry.kind, asset: entry.asset, id: nextAccountId };
    nextAccountId += 1;
    await session.run(sql.insertAccount({ ...fresh, owner, balance: '0' }));
    return { ...fresh, amount: amount('0') };
  }

  async function post(posting: Posting): Promise<void> {
    const entries = posting.entries.filter((entry) => !isZero(entry.amount));
    if (entries.length === 0) return;
    assertZeroSum(posting.ref, entries);
    const id = nextTransactionId;
    nextTransactionId += 1;
    const { kind, ref, account, atMs } = posting;
    await session.run(sql.insertTransaction({ id, kind, ref, at_ms: atMs }));
    const rows = [];
    for (const entry of entries) {
      const before = await running(account, entry);
      const change = format(entry.amount);
      rows.push({ transaction_id: id, account_id: before.id, amount: change });
      balances.set({ ...before, amount: format(add(before.amount, entry.amount)) });
    }
    await session.run(sql.insertEntries(rows));
  }

  return {
    load,
    post,
    amountOf: (account, kind, asset) => parse(balances.find(account, kind, asset)?.amount ?? ZERO),
    balancesOf: (account) => balances.all().filter((balance) => balance.account === account),
    flush: async () => {
      for (const { id, amount: balance } of balances.changed()) {
        await session.run(sql.updateBalance({ id, balance }));
      }
    },
    committed: balances.committed,
    rolledBack: balances.rolledBack,
  };
}

/** The committed balances and, over them, those of the transaction that runs. */
function overlay() {
  const settled = new Map<string, RunningBalance>();
  const changed = new Map<string, RunningBalance>();
  return {
    find: (account: string, kind: AccountKind, asset: string): RunningBalance | undefined => {
      const key = keyOf(account, kind, asset);
      return changed.get(key) ?? settled.get(key);
    },
    set: (balance: RunningBalance): void => {
      changed.set(keyOf(balance.account, balance.kind, balance.asset), balance);
    },
    changed: (): Iterable<RunningBalance> => changed.values(),
    all: (): RunningBalance[] => [...new Map([...settled, ...changed]).values()],
    committed: (): void => {
      for (const [key, balance] of changed) settled.set(key, balance);
      changed.clear();
    },
    rolledBack: (): void => changed.clear(),
  };
}

function statements(builder: Kysely<LedgerTables>) {
  return {
    lastTransaction: builder
      .selectFrom('transactions')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1)
      .compile(),
    insertAccount: hotInsert(builder, 'accounts', [
      'id',
      'owner',
      'account',
      'kind',
      'asset',
      'balance',
    ]),
    insertTransaction: hotInsert(builder, 'transactions', ['id', 'kind', 'ref', 'at_ms']),
    insertEntries: hotInsertMany(builder, 'entries', ['transaction_id', 'account_id', 'amount']),
    updateBalance: hotQuery<{ id: number; balance: DecimalText }>((values) =>
      builder.updateTable('accounts').set({ balance: values.balance }).where('id', '=', values.id),
    ),
  };
}

function assertZeroSum(ref: string, entries: readonly PostingEntry[]): void {
  const sums = new Map<string, Decimal>();
  for (const { asset, amount: value } of entries) {
    sums.set(asset, add(sums.get(asset) ?? ZERO, value));
  }
  for (const [asset, total] of sums) {
    assert(isZero(total), 'a ledger transaction is not zero-sum', {
      ref,
      asset,
      total: format(total),
    });
  }
}

function keyOf(account: string, kind: AccountKind, asset: string): string {
  return `${account}/${kind}/${asset}`;
}
