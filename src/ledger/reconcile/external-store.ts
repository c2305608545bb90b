import type { LedgerTransaction } from '../ledger.ts';
import type { StoreContext } from '../store-context.ts';
import type { ExternalOrder } from './reconciliation.ts';

type ExternalStore = Pick<LedgerTransaction, 'setExternalOrders' | 'acceptExternal'>;

/** Orders on the account that are not the desk's: shown, never touched. */
export function externalStore(context: StoreContext): ExternalStore {
  const { session, builder } = context;
  return {
    setExternalOrders: (account, orders, atMs) =>
      setExternalOrders(context, { account, orders, atMs }),
    acceptExternal: async (account, clientOrderId, atMs) => {
      for (const table of ['external_orders', 'external_trades'] as const) {
        await session.run(
          builder
            .updateTable(table)
            .set({ accepted_ms: atMs })
            .where('account', '=', account)
            .where('client_order_id', '=', clientOrderId)
            .compile(),
        );
      }
    },
  };
}

async function setExternalOrders(
  { session, builder }: StoreContext,
  of: {
    account: string;
    orders: readonly Omit<ExternalOrder, 'acceptedMs'>[];
    atMs: number;
  },
): Promise<void> {
  const { account, orders, atMs } = of;
  await session.run(
    builder
      .updateTable('external_orders')
      .set({ is_open: 0, updated_ms: atMs })
      .where('account', '=', account)
      .where('is_open', '=', 1)
      .compile(),
  );
  for (const order of orders) {
    const seen = {
      status: order.status,
      filled_qty: order.filledQty,
      is_open: 1,
      updated_ms: atMs,
    };
    await session.run(
      builder
        .insertInto('external_orders')
        .values({
          account,
          pair: order.pair,
          venue_order_id: order.venueOrderId,
          client_order_id: order.clientOrderId,
          owner: order.owner,
          side: order.side,
          qty: order.qty ?? null,
          price: order.price ?? null,
          at_ms: order.atMs,
          accepted_ms: null,
          ...seen,
        })
        .onConflict((conflict) =>
          conflict.columns(['account', 'pair', 'venue_order_id']).doUpdateSet(seen),
        )
        .compile(),
    );
  }
}
