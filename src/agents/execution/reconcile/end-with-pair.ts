import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import type { Candidates } from '#core/reconcile/confirm.ts';
import { mayBeLocked } from '#core/reconcile/locks.ts';
import type { SeenBalance, SeenOrder } from '#core/reconcile/venue-view.ts';
import type { Desk } from '../desk.ts';
import { bookOrderEvents } from '../order-events.ts';
import { orderGoneKey } from './differences.ts';

const NOTHING = '0' as DecimalText;
const WHY =
  'the venue does not have the pair any more, and the account locks nothing for the order';

/**
 * Ends orders of pairs that the venue does not have any more: it cancels them and unlocks what they
 * held when it takes a pair away, and answers no question about them from then on. Returns the
 * differences that are settled by that.
 *
 * 1. As often as for any missing order the venue was asked and named the pair unknown.
 * 2. It shows no such order, and locks nothing that it could hold.
 * 3. What it executed at last is told by nobody: the balances show it, and are compared as always.
 * 4. Were the pair to come back with the order, it would be taken away there like any that had ended.
 */
export async function endWithPair(
  desk: Desk,
  found: {
    readonly withoutPair: readonly Order[];
    readonly candidates: Candidates;
    readonly seen: readonly SeenOrder[];
    readonly balances: readonly SeenBalance[];
  },
): Promise<ReadonlySet<string>> {
  const { ports, state, journal } = desk;
  const { account } = ports.config;
  const orders = found.withoutPair.filter(
    (order) =>
      found.candidates.get(orderGoneKey(order))?.isConfirmed === true && !mayBeLocked(order, found),
  );
  if (orders.length === 0) return new Set();
  const atMs = Math.floor(ports.clock.now());
  await journal.run(async (tx, draft) => {
    for (const { pair, clientOrderId, side, leg } of orders) {
      const event = { kind: 'expired', clientOrderId, pair, atMs, reason: WHY } as const;
      await bookOrderEvents({ desk, tx, draft }, [event]);
      const heldQty = state.positions.get(pair)?.qty ?? NOTHING;
      draft.events.push({ kind: 'order.pair-gone', account, pair, clientOrderId, heldQty });
      const payload = { pair, side, leg, heldQty };
      await tx.audit({
        atMs,
        kind: 'order.pair-gone',
        ref: clientOrderId,
        who: 'desk',
        origin: '',
        why: WHY,
        payload,
      });
      ports.log.error(
        { pair, clientOrderId, leg, heldQty },
        'the venue does not have a pair any more: its order counts as expired',
      );
    }
  });
  return new Set(orders.map(orderGoneKey));
}
