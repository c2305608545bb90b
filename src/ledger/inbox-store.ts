import { sql as raw } from 'kysely';
import { hotInsert, hotQuery } from './hot-query.ts';
import type { LedgerTransaction } from './ledger.ts';
import { inboxItemOf, intentOf, PRIORITIES } from './rows.ts';
import type { StoreContext } from './store-context.ts';

type InboxStore = Pick<
  LedgerTransaction,
  | 'receive'
  | 'finishInbox'
  | 'pendingInbox'
  | 'inboxState'
  | 'recordIntent'
  | 'intent'
  | 'recordOperatorAction'
  | 'operatorResult'
>;

/** What was asked of the desk and what it answered. */
export function inboxStore({ session, builder, audit }: StoreContext): InboxStore {
  const sql = statements(builder);
  return {
    receive: async (item) => {
      const { id, kind, payload } = item;
      const rows = await session.run(
        sql.receive({
          id,
          kind,
          payload,
          priority: PRIORITIES.indexOf(item.priority),
          pair: item.pair ?? null,
          received_ms: item.receivedMs,
          expires_ms: item.expiresMs ?? null,
          state: 'pending',
        }),
      );
      return rows === 1 ? 'new' : 'duplicate';
    },
    finishInbox: async (id, verdict, atMs) => {
      await session.run(sql.finish({ id, verdict, atMs }));
    },
    pendingInbox: async (limit) => (await session.all(sql.pending({ limit }))).map(inboxItemOf),
    inboxState: async (id) => {
      const row = await session.one(sql.state({ id }));
      return row && { state: row.state, receivedMs: row.received_ms };
    },
    recordIntent: async ({ intent, verdict, atMs }) => {
      const rows = await session.run(
        sql.insertIntent({
          id: intent.id,
          pair: intent.pair,
          action: intent.action,
          payload: JSON.stringify(intent),
          verdict_kind: verdict.kind,
          verdict: JSON.stringify(verdict),
          at_ms: atMs,
        }),
      );
      return rows === 1 ? 'new' : 'duplicate';
    },
    intent: async (id) => {
      const row = await session.one(sql.intent({ id }));
      return row && intentOf(row);
    },
    recordOperatorAction: async ({ by, atMs, origin = '', ...action }) => {
      const rows = await session.run(sql.insertAction({ ...action, by_whom: by, at_ms: atMs }));
      if (rows !== 1) return 'duplicate';
      const { id, kind, reason: why, result } = action;
      const payload = { action: kind, result };
      await audit.record({ atMs, kind: 'operator', ref: id, who: by, origin, why, payload });
      return 'new';
    },
    operatorResult: async (id) => (await session.one(sql.action({ id })))?.result,
  };
}

function statements(builder: StoreContext['builder']) {
  return {
    receive: hotInsert(
      builder,
      'inbox',
      ['id', 'kind', 'priority', 'pair', 'payload', 'received_ms', 'expires_ms', 'state'],
      { orIgnore: true },
    ),
    finish: hotQuery<{ id: string; verdict: string; atMs: number }>((values) =>
      builder
        .updateTable('inbox')
        .set({ state: 'done', verdict: values.verdict, finished_ms: values.atMs })
        .where('id', '=', values.id)
        .where('state', '=', 'pending'),
    ),
    pending: hotQuery((values: { limit: number }) =>
      builder
        .selectFrom('inbox')
        .selectAll()
        .where('state', '=', raw.lit('pending'))
        .orderBy('priority')
        .orderBy('seq')
        .limit(values.limit),
    ),
    state: hotQuery((values: { id: string }) =>
      builder.selectFrom('inbox').select(['state', 'received_ms']).where('id', '=', values.id),
    ),
    insertIntent: hotInsert(
      builder,
      'intents',
      ['id', 'pair', 'action', 'payload', 'verdict_kind', 'verdict', 'at_ms'],
      { orIgnore: true },
    ),
    intent: hotQuery((values: { id: string }) =>
      builder.selectFrom('intents').selectAll().where('id', '=', values.id),
    ),
    insertAction: hotInsert(
      builder,
      'operator_actions',
      ['id', 'by_whom', 'kind', 'reason', 'result', 'at_ms'],
      { orIgnore: true },
    ),
    action: hotQuery((values: { id: string }) =>
      builder.selectFrom('operator_actions').select('result').where('id', '=', values.id),
    ),
  };
}
