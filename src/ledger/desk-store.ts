import { hotInsert, hotQuery } from './hot-query.ts';
import type { LedgerTransaction } from './ledger.ts';
import type { TradeMark } from './records.ts';
import { haltOf, tradeMarkOf } from './rows.ts';
import type { StoreContext } from './store-context.ts';

type DeskStore = Pick<
  LedgerTransaction,
  | 'raiseHalt'
  | 'liftHalt'
  | 'halts'
  | 'setTradeMark'
  | 'tradeMarks'
  | 'market'
  | 'setMarket'
  | 'lastConfig'
  | 'setLastConfig'
  | 'lastAudited'
>;

/** Whoever asked for it stands in the row of the operator's action beside. */
const BY_DESK = { who: 'desk', origin: '' } as const;

/** What must survive a restart beside money: halts, which market it is and how far it was seen. */
export function deskStore({ session, builder, audit }: StoreContext): DeskStore {
  const sql = statements(builder);
  return {
    raiseHalt: async (halt) => {
      const rows = await session.run(
        sql.raise({
          kind: halt.kind,
          since_ms: halt.sinceMs,
          reason: halt.reason,
          lifted_by: halt.liftedBy,
          account: halt.account ?? '',
        }),
      );
      if (rows !== 1) return 'duplicate';
      const { kind, reason, liftedBy } = halt;
      await audit.record({
        ...BY_DESK,
        atMs: halt.sinceMs,
        kind: 'halt.raised',
        ref: kind,
        why: reason,
        payload: { liftedBy },
      });
      return 'new';
    },
    liftHalt: async (kind, atMs, account = '') => {
      if ((await session.run(sql.lift({ kind, atMs, account }))) === 0) return 'none';
      await audit.record({
        ...BY_DESK,
        atMs,
        kind: 'halt.lifted',
        ref: kind,
        why: '',
        payload: {},
      });
      return 'lifted';
    },
    halts: async () => (await session.all(sql.active({}))).map(haltOf),
    setTradeMark: async (mark) => {
      await session.run(sql.mark(mark));
    },
    tradeMarks: async (account) => (await session.all(sql.marks({ account }))).map(tradeMarkOf),
    market: async () => (await session.one(sql.market({})))?.market ?? undefined,
    setMarket: async (market) => {
      await session.run(sql.setMarket({ market }));
    },
    lastConfig: async () => (await session.one(sql.config({})))?.config ?? undefined,
    lastAudited: async (kind) => (await session.one(sql.lastAudited({ kind })))?.payload,
    setLastConfig: async (config) => {
      await session.run(sql.setConfig({ config }));
    },
  };
}

function statements(builder: StoreContext['builder']) {
  return {
    raise: hotInsert(builder, 'halts', ['kind', 'since_ms', 'reason', 'lifted_by', 'account'], {
      orIgnore: true,
    }),
    lift: hotQuery((values: { kind: string; atMs: number; account: string }) =>
      builder
        .updateTable('halts')
        .set({ lifted_ms: values.atMs })
        .where('kind', '=', values.kind)
        .where((row) => row.or([row('account', '=', ''), row('account', '=', values.account)]))
        .where('lifted_ms', 'is', null),
    ),
    active: hotQuery(() =>
      builder.selectFrom('halts').selectAll().where('lifted_ms', 'is', null).orderBy('seq'),
    ),
    mark: hotQuery((values: TradeMark) =>
      builder
        .insertInto('trade_marks')
        .values({
          account: values.account,
          pair: values.pair,
          last_trade_id: values.lastTradeId,
          at_ms: values.atMs,
        })
        .onConflict((conflict) =>
          conflict.columns(['account', 'pair']).doUpdateSet((row) => ({
            last_trade_id: row.ref('excluded.last_trade_id'),
            at_ms: row.ref('excluded.at_ms'),
          })),
        ),
    ),
    market: hotQuery(() => builder.selectFrom('meta').select('market')),
    setMarket: hotQuery((values: { market: string }) =>
      builder.updateTable('meta').set({ market: values.market }),
    ),
    config: hotQuery(() => builder.selectFrom('meta').select('config')),
    lastAudited: hotQuery((values: { kind: string }) =>
      builder
        .selectFrom('audit')
        .select('payload')
        .where('kind', '=', values.kind)
        .orderBy('seq', 'desc')
        .limit(1),
    ),
    setConfig: hotQuery((values: { config: string }) =>
      builder.updateTable('meta').set({ config: values.config }),
    ),
    marks: hotQuery((values: { account: string }) =>
      builder.selectFrom('trade_marks').selectAll().where('account', '=', values.account),
    ),
  };
}
