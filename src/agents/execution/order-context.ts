import type { IntentId } from '#core/model/intent.ts';
import type { OrderLeg } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import { orderIdStem } from '#core/orders/client-order-id.ts';
import { hashId } from '#platform/ids.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { Desk } from './desk.ts';
import type { OrderContext } from './new-orders.ts';

/** The attempt is what the ledger has for this leg already, so a restart never repeats an id. */
export async function orderContext(
  desk: Desk,
  tx: LedgerTransaction,
  input: { readonly pair: Pair; readonly intentId: IntentId; readonly leg: OrderLeg },
): Promise<OrderContext> {
  const before = await tx.ordersOfIntent(input.intentId);
  const attempt = before.filter(({ leg }) => leg === input.leg).length;
  return { ...firstContext(desk, input), attempt };
}

/** Of an intent that has no orders yet: nothing has to be read. */
export function firstContext(
  { ports, market, deskTag }: Desk,
  { pair, intentId }: { readonly pair: Pair; readonly intentId: IntentId },
): OrderContext {
  const { account } = ports.config;
  const idStem = orderIdStem(deskTag, intentId, hashId);
  const hasTrailingStop = market.instrument(pair)?.hasTrailingStop ?? false;
  const nowMs = ports.clock.now();
  return { idStem, account, pair, intentId, attempt: 0, hasTrailingStop, nowMs };
}
