import { sql as raw } from 'kysely';
import { hotInsert, hotQuery } from './hot-query.ts';
import type { LedgerTransaction, SettleInput } from './ledger.ts';
import { commandOf } from './rows.ts';
import type { StoreContext } from './store-context.ts';

type CommandStore = Pick<LedgerTransaction, 'openCommand' | 'settleCommand' | 'unsettledCommands'>;

/** What was asked of the venue: written before it is asked, settled when the outcome is known. */
export function commandStore({ session, builder }: StoreContext): CommandStore {
  const sql = statements(builder);
  return {
    openCommand: async (command) => {
      await session.run(
        sql.insert({
          id: command.id,
          account: command.account,
          pair: command.pair,
          client_order_id: command.clientOrderId,
          kind: command.kind,
          replaced_id: command.replacedId ?? null,
          outcome: 'pending',
          detail: '',
          created_ms: command.createdMs,
        }),
      );
    },
    settleCommand: async (input) => {
      await session.run(sql.settle(input));
    },
    unsettledCommands: async (account) =>
      (await session.all(sql.unsettled({ account }))).map(commandOf),
  };
}

function statements(builder: StoreContext['builder']) {
  return {
    insert: hotInsert(builder, 'commands', [
      'id',
      'account',
      'pair',
      'client_order_id',
      'kind',
      'replaced_id',
      'outcome',
      'detail',
      'created_ms',
    ]),
    settle: hotQuery<SettleInput>((values) =>
      builder
        .updateTable('commands')
        .set({ outcome: values.outcome, detail: values.detail, settled_ms: values.atMs })
        .where('id', '=', values.id),
    ),
    unsettled: hotQuery((values: { account: string }) =>
      builder
        .selectFrom('commands')
        .selectAll()
        .where('account', '=', values.account)
        .where('outcome', 'in', [raw.lit('pending'), raw.lit('unknown')])
        .orderBy('created_ms'),
    ),
  };
}
