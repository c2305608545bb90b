import type { IntentId } from '#core/model/intent.ts';
import type { OrderLeg } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { Desk } from './desk.ts';
import type { OrderContext } from './new-orders.ts';

/** The attempt is what the ledger has for this leg already, so a restart never repeats an id. */
export async function orderContext(
  { ports, market }: Desk,
  tx: LedgerTransaction,
  input: { readonly pair: Pair; readonly intentId: IntentId; readonly leg: OrderLeg },
): Promise<OrderContext> {
  const { pair, intentId, leg } = input;
  const before = await tx.ordersOfIntent(intentId);
  const { deskId, account } = ports.config;
  const attempt = before.filter((order) => order.leg === leg).length;
  const hasTrailingStop = market.instrument(pair)?.hasTrailingStop ?? false;
  const nowMs = ports.clock.now();
  return { deskId, account, pair, intentId, attempt, hasTrailingStop, nowMs };
}
