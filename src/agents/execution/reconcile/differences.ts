import { format, ZERO } from '#core/money/decimal.ts';
import type { Pair } from '#core/model/pair.ts';
import { compareBalances, type Difference } from '#core/reconcile/difference.ts';
import type { OrderFindings } from '#core/reconcile/orders.ts';
import type { SeenBalance } from '#core/reconcile/venue-view.ts';
import type { Desk } from '../desk.ts';

const NOTHING = { expected: format(ZERO), found: format(ZERO) };

/** Balances that do not agree with the ledger as it is now. */
export async function balanceDifferences(
  { ports }: Desk,
  balances: readonly SeenBalance[],
): Promise<readonly Difference[]> {
  const shares = await ports.ledger.read((query) => query.shares(ports.config.account));
  return compareBalances(shares, balances);
}

/** Orders and executions that should not be, until somebody accepts them. */
export async function orderDifferences(
  { ports, deskTag }: Desk,
  found: OrderFindings,
  gone: readonly { readonly pair: Pair; readonly clientOrderId: string }[],
): Promise<readonly Difference[]> {
  const { account } = ports.config;
  const { trades, orders } = await ports.ledger.read(async (query) => ({
    trades: await query.foreignTrades(account),
    orders: await query.externalOrders(account),
  }));
  const accepted = new Set(
    orders.flatMap((order) => (order.acceptedMs === undefined ? [] : [order.venueOrderId])),
  );
  const seen = [...found.unrecorded, ...found.otherDesk].filter(
    ({ venueOrderId }) => !accepted.has(venueOrderId),
  );
  const byId = new Map(
    [...trades, ...seen].map(({ clientOrderId, pair }) => [clientOrderId, pair]),
  );
  const foreign = [...byId].map(([clientOrderId, pair]): Difference => {
    const kind = clientOrderId.startsWith(deskTag) ? 'unrecorded' : 'other-desk';
    return { kind, key: `${kind} ${clientOrderId}`, pair, clientOrderId, ...NOTHING };
  });
  const missing = gone.map(({ pair, clientOrderId }): Difference => {
    const key = orderGoneKey({ clientOrderId });
    return { kind: 'order-gone', key, pair, clientOrderId, ...NOTHING };
  });
  return [...foreign, ...missing];
}

export function orderGoneKey({ clientOrderId }: { readonly clientOrderId: string }): string {
  return `order-gone ${clientOrderId}`;
}
