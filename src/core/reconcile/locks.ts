import { type Decimal, add, compare, isAbove, max, mul, sub, ZERO } from '#core/money/decimal.ts';
import type { Order } from '#core/model/order.ts';
import { baseOf, quoteOf } from '#core/model/pair.ts';
import type { SeenBalance, SeenOrder } from './venue-view.ts';

/**
 * Whether the account may still lock something for an order that the venue does not show: a sale locks
 * its coins, a purchase its money. What the orders that are shown lock is taken off; one that does not
 * say how much it locks may be the reason for nothing.
 */
export function mayBeLocked(
  order: Pick<Order, 'pair' | 'side'>,
  account: { readonly balances: readonly SeenBalance[]; readonly seen: readonly SeenOrder[] },
): boolean {
  const asset = assetOf(order);
  const locked = account.balances.find((has) => has.asset === asset)?.locked ?? ZERO;
  const lists = Map.groupBy(
    account.seen.filter((each) => assetOf(each) === asset),
    ({ listId, pair, venueOrderId }) => `${pair} ${listId ?? venueOrderId}`,
  );
  let explained = ZERO;
  // The orders of a list lock the same coins.
  for (const list of lists.values()) {
    explained = add(
      explained,
      list.map(lockedBy).reduce((a, b) => max(a, b), ZERO),
    );
  }
  return isAbove(locked, explained);
}

function assetOf({ pair, side }: Pick<Order, 'pair' | 'side'>): string {
  return side === 'sell' ? baseOf(pair) : quoteOf(pair);
}

function lockedBy({ side, qty, price, filledQty }: SeenOrder): Decimal {
  if (qty === undefined || compare(qty, filledQty) < 0) return ZERO;
  const left = sub(qty, filledQty);
  if (side === 'sell') return left;
  return price === undefined ? ZERO : mul(left, price);
}
