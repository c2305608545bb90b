import { add, sub, ZERO } from '#core/money/decimal.ts';
import type { Shares } from '#core/reconcile/shares.ts';
import { ledgerError } from '../errors.ts';
import { figuresStatements, fund } from '../figures-store.ts';
import type { LedgerTransaction } from '../ledger.ts';
import { amount, orderOf } from '../rows.ts';
import type { StoreContext } from '../store-context.ts';
import {
  cursorOf,
  differenceOf,
  externalOrderOf,
  externalTradeOf,
  venueAccountOf,
} from './reconcile-rows.ts';
import { type Baseline, type ReconciliationQueries, restOf } from './reconciliation.ts';

type ReconcileStore = ReconciliationQueries &
  Pick<
    LedgerTransaction,
    'recordBaseline' | 'setFlowsRead' | 'setTradeCursor' | 'saveDifference' | 'endDifference'
  >;

/** What is known of the account at the venue, and what it and the ledger do not agree on. */
export function reconcileStore(context: StoreContext): ReconcileStore {
  const { session, builder } = context;
  return {
    ...queries(context),
    recordBaseline: (baseline) => recordBaseline(context, baseline),
    setFlowsRead: async (account, atMs) => {
      const update = builder.updateTable('venue_account').set({ flows_read_ms: atMs });
      await session.run(update.where('account', '=', account).compile());
    },
    setTradeCursor: async (account, { pair, lastTradeId, sinceMs }) => {
      const row = { account, pair, last_trade_id: lastTradeId ?? null, since_ms: sinceMs };
      await session.run(builder.replaceInto('trade_cursors').values(row).compile());
    },
    saveDifference: async (account, difference, sinceMs) => {
      const payload = JSON.stringify(difference);
      const { key } = difference;
      const changed = await session.run(
        builder
          .updateTable('differences')
          .set({ payload, updated_ms: sinceMs })
          .where('account', '=', account)
          .where('key', '=', key)
          .where('state', '=', 'open')
          .compile(),
      );
      if (changed > 0) return;
      const row = { account, key, payload, since_ms: sinceMs, updated_ms: sinceMs, state: 'open' };
      await session.run(
        builder
          .insertInto('differences')
          .values({ ...row, ended_ms: null, by_whom: '', reason: '' })
          .compile(),
      );
    },
    endDifference: async (account, key, { state, by, reason, atMs }) => {
      await session.run(
        builder
          .updateTable('differences')
          .set({ state, ended_ms: atMs, by_whom: by, reason })
          .where('account', '=', account)
          .where('key', '=', key)
          .where('state', '=', 'open')
          .compile(),
      );
    },
  };
}

function queries(context: StoreContext): ReconciliationQueries {
  const { session, builder } = context;
  return {
    venueAccount: async () => {
      const row = await session.one(builder.selectFrom('venue_account').selectAll().compile());
      return row && venueAccountOf(row);
    },
    shares: (account) => Promise.resolve(sharesOf(context, account)),
    orderByVenueId: async ({ account, pair, venueOrderId }) => {
      const row = await session.one(
        builder
          .selectFrom('orders')
          .selectAll()
          .where('account', '=', account)
          .where('pair', '=', pair)
          .where('venue_order_id', '=', venueOrderId)
          .compile(),
      );
      return row && orderOf(row);
    },
    tradeCursors: async (account) => {
      const cursors = builder.selectFrom('trade_cursors').selectAll();
      return (await session.all(cursors.where('account', '=', account).compile())).map(cursorOf);
    },
    externalOrders: async (account) => {
      const rows = builder.selectFrom('external_orders').selectAll().where('is_open', '=', 1);
      const query = rows.where('account', '=', account).orderBy('seq').compile();
      return (await session.all(query)).map(externalOrderOf);
    },
    knowsExternal: async ({ account, pair, venueOrderId }) => {
      for (const table of ['external_orders', 'external_trades'] as const) {
        const query = builder
          .selectFrom(table)
          .select('seq')
          .where('account', '=', account)
          .where('pair', '=', pair)
          .where('venue_order_id', '=', venueOrderId)
          .limit(1);
        if ((await session.one(query.compile())) !== undefined) return true;
      }
      return false;
    },
    foreignTrades: async (account) => {
      const query = builder
        .selectFrom('external_trades')
        .selectAll()
        .where('account', '=', account)
        .where('owner', '<>', 'person')
        .where('accepted_ms', 'is', null)
        .orderBy('seq')
        .compile();
      return (await session.all(query)).map(externalTradeOf);
    },
    openDifferences: async (account) => {
      const open = builder.selectFrom('differences').selectAll().where('state', '=', 'open');
      const query = open.where('account', '=', account).orderBy('seq').compile();
      return (await session.all(query)).map(differenceOf);
    },
  };
}

export function sharesOf({ balances }: StoreContext, account: string): Map<string, Shares> {
  const shares = new Map<string, Shares>();
  const none = amount('0');
  const set = (asset: string, part: Partial<Shares>): void => {
    const before = shares.get(asset) ?? { free: none, held: none, dust: none, rest: none };
    shares.set(asset, { ...before, ...part });
  };
  for (const { kind, asset, amount: has } of balances.balancesOf(account)) {
    if (kind === 'free' || kind === 'held' || kind === 'dust') set(asset, { [kind]: has });
  }
  for (const { kind, asset, amount: has } of balances.balancesOf(restOf(account))) {
    if (kind === 'free') set(asset, { rest: has });
  }
  return shares;
}

async function recordBaseline(context: StoreContext, baseline: Baseline): Promise<void> {
  const { session, builder } = context;
  const { account, venue, accountId, atMs, ownsQuote } = baseline;
  const row = await session.one(builder.selectFrom('venue_account').selectAll().compile());
  if (row !== undefined) throw ledgerError('ledger.other-account', { ...venueAccountOf(row) });
  await session.run(
    builder
      .insertInto('venue_account')
      .values({
        id: 1,
        account,
        venue,
        account_id: accountId,
        owns_quote: ownsQuote ? 1 : 0,
        baseline_ms: atMs,
        flows_read_ms: atMs,
      })
      .compile(),
  );
  for (const cursor of baseline.cursors) {
    const { pair, lastTradeId, sinceMs } = cursor;
    const values = { account, pair, last_trade_id: lastTradeId ?? null, since_ms: sinceMs };
    await session.run(builder.insertInto('trade_cursors').values(values).compile());
  }
  const rest = baseline.balances.map(({ asset, free, locked }) => ({
    asset,
    has: sub(add(free, locked), asset === baseline.quoteAsset ? baseline.capitalQuote : ZERO),
  }));
  await context.balances.post({
    kind: 'baseline',
    ref: `${venue} account ${accountId}`,
    account: restOf(account),
    atMs,
    entries: rest.flatMap(({ asset, has }) => [
      { kind: 'external' as const, asset, amount: sub(ZERO, has) },
      { kind: 'free' as const, asset, amount: has },
    ]),
  });
  await fundDesk(context, baseline);
}

async function fundDesk(context: StoreContext, baseline: Baseline): Promise<void> {
  const { account, quoteAsset: asset, capitalQuote, atMs } = baseline;
  await fund(context, figuresStatements(context.builder), {
    account,
    asset,
    amount: capitalQuote,
    atMs,
    reason: 'capital',
  });
}
