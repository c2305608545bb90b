import { isBelow } from '#core/money/decimal.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { isEnded } from '#core/orders/transitions.ts';
import { ownerOf } from './owner.ts';
import type { SeenOrder } from './venue-view.ts';

/** What a read of the venue's open orders comes to, beside the ledger. */
export interface OrderFindings {
  /** News of our orders, to be booked like any other event. */
  readonly events: readonly OrderEvent[];
  /** Ours, open in the ledger and not at the venue: only a query tells what became of them. */
  readonly toAsk: readonly Order[];
  /** Pairs whose orders have executed more than the ledger knows. */
  readonly behind: ReadonlySet<Pair>;
  /** Ours, ended in the ledger and working at the venue. */
  readonly stray: readonly Order[];
  /** With our tag and not in the ledger: an older copy of it runs, or a second desk of our name. */
  readonly unrecorded: readonly SeenOrder[];
  readonly otherDesk: readonly SeenOrder[];
  /** A person's. */
  readonly external: readonly SeenOrder[];
}

export interface OrderComparison {
  readonly deskTag: string;
  /** Open in the ledger. */
  readonly open: readonly Order[];
  /** What the ledger knows of an id, ended or not. */
  readonly known: (id: string) => Order | undefined;
  /** Orders whose command is under way: their answer tells, not this read. */
  readonly inFlight: ReadonlySet<ClientOrderId>;
  readonly seen: readonly SeenOrder[];
  /** When the venue was asked, by its own time. */
  readonly askedMs: number;
}

/** An end is written with the venue's time, which may be a little off ours. */
const JUST_NOW_MS = 5_000;

/**
 * Compares the open orders of ledger and venue.
 *
 * 1. Nothing is concluded from an order's absence: it is asked for.
 * 2. An order whose command is under way is not asked for, since its answer is coming; but seeing it
 *    at the venue proves that it is there.
 * 3. The ledger never walks an order back: what it holds for ended and the venue for working is
 *    stray, and is taken away at the venue. Unless it ended while the venue was read.
 * 4. Orders without our tag are never touched, and an order with our tag is never taken for
 *    somebody else's.
 */
export function compareOrders(comparison: OrderComparison): OrderFindings {
  const { deskTag, open, known, inFlight, seen, askedMs } = comparison;
  const atVenue = new Set(seen.map(({ clientOrderId }) => clientOrderId));
  const owned = Map.groupBy(seen, ({ clientOrderId }) => ownerOf(clientOrderId, deskTag));
  const ours = (owned.get('desk') ?? []).map((order) => ({
    seen: order,
    own: known(order.clientOrderId),
  }));
  const recorded = ours.flatMap(({ seen: order, own }) => (own ? [{ seen: order, own }] : []));
  return {
    events: recorded.flatMap(newsOf),
    toAsk: open.filter(({ clientOrderId: id }) => !atVenue.has(id) && !inFlight.has(id)),
    behind: new Set(
      recorded
        .filter((both) => isBelow(both.own.filledQty, both.seen.filledQty))
        .map(({ own }) => own.pair),
    ),
    stray: recorded
      .map(({ own }) => own)
      .filter(({ status, updatedMs }) => isEnded(status) && updatedMs < askedMs - JUST_NOW_MS)
      .filter(({ clientOrderId: id }) => !inFlight.has(id)),
    unrecorded: ours.flatMap(({ seen: order, own }) => (own ? [] : [order])),
    otherDesk: owned.get('other-desk') ?? [],
    external: owned.get('person') ?? [],
  };
}

/** Fills come from the list of trades; a status alone never books one. */
function newsOf(both: { readonly seen: SeenOrder; readonly own: Order }): readonly OrderEvent[] {
  const { own, seen } = both;
  if (isEnded(own.status)) return [];
  const { clientOrderId, pair } = own;
  const about = { clientOrderId, pair, atMs: seen.atMs };
  const events: OrderEvent[] = [];
  if (own.status === 'created' || own.status === 'pending-new') {
    const isPending = seen.status === 'pending-new';
    const { venueOrderId, qty } = seen;
    const sized = qty !== undefined && { qty };
    events.push({ ...about, kind: 'accepted', venueOrderId, isPending, ...sized });
  }
  if (seen.status === 'triggered' && own.status !== 'triggered') {
    events.push({ ...about, kind: 'triggered' });
  }
  return events;
}
