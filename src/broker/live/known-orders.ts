import { add, format, isBelow } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';

/** What was told of one order. */
export interface KnownOrder {
  readonly clientOrderId: ClientOrderId;
  readonly pair: Pair;
  /** Nothing about it happened before, as far as is known; wrong of an order met late. */
  fromMs: number;
  venueOrderId: string | undefined;
  isAccepted: boolean;
  isPending: boolean;
  qty: DecimalText | undefined;
  isTriggered: boolean;
  hasEnded: boolean;
  /** When the stream last spoke of it, monotonic. */
  heardMs: number;
  /** Sum of its fills that were told since the start; those of before are told again when asked. */
  filledQty: DecimalText;
  readonly tradeIds: Set<string>;
}

/** Ended orders are remembered so that late repeats stay quiet. */
const REMEMBERED_MAX = 5_000;

/**
 * The desk's orders as this process has told of them. It keeps repeats from the listener and sees
 * when a fill is missing; nothing depends on it being complete: after a restart things are told
 * again, which is harmless. Bounded: the oldest ended orders are forgotten.
 */
export class KnownOrders {
  readonly #orders = new Map<ClientOrderId, KnownOrder>();
  /** By pair and the venue's number: trades are listed by that only. */
  readonly #names = new Map<string, ClientOrderId>();

  get(id: ClientOrderId): KnownOrder | undefined {
    return this.#orders.get(id);
  }

  /** The order as it is about to be sent, or was when the desk ended. */
  expect(order: Order): KnownOrder {
    const known = this.note(order.clientOrderId, order.pair, order.createdMs);
    if (order.venueOrderId !== undefined) this.name(known, order.venueOrderId);
    return known;
  }

  note(clientOrderId: ClientOrderId, pair: Pair, fromMs: number): KnownOrder {
    const known = this.#orders.get(clientOrderId);
    if (known !== undefined) return known;
    const made: KnownOrder = {
      clientOrderId,
      pair,
      fromMs,
      venueOrderId: undefined,
      isAccepted: false,
      isPending: false,
      qty: undefined,
      isTriggered: false,
      hasEnded: false,
      heardMs: -Infinity,
      filledQty: '0' as DecimalText,
      tradeIds: new Set(),
    };
    this.#orders.set(clientOrderId, made);
    if (this.#orders.size > REMEMBERED_MAX) this.#forgetOldest();
    return made;
  }

  name(known: KnownOrder, venueOrderId: string): void {
    if (known.venueOrderId === venueOrderId) return;
    known.venueOrderId = venueOrderId;
    this.#names.set(`${known.pair} ${venueOrderId}`, known.clientOrderId);
  }

  named(pair: Pair, venueOrderId: string): ClientOrderId | undefined {
    return this.#names.get(`${pair} ${venueOrderId}`);
  }

  /** At the venue and not ended, as far as was heard. */
  open(): readonly KnownOrder[] {
    return [...this.#orders.values()].filter((known) => known.isAccepted && !known.hasEnded);
  }

  #forgetOldest(): void {
    for (const known of this.#orders.values()) {
      if (known.isAccepted && !known.hasEnded) continue;
      this.#orders.delete(known.clientOrderId);
      this.#names.delete(`${known.pair} ${known.venueOrderId}`);
      return;
    }
  }
}

/** True when the event was not told before; remembers it. */
export function isNews(known: KnownOrder, event: OrderEvent): boolean {
  switch (event.kind) {
    case 'accepted':
      return noteAccepted(known, event);
    case 'fill':
      return noteFill(known, event.fill);
    case 'triggered': {
      const isNew = !known.isTriggered && !known.hasEnded;
      known.isTriggered = true;
      return isNew;
    }
    case 'trailed':
      return true;
    case 'cancelled':
    case 'rejected':
    case 'expired':
    case 'expired-in-match': {
      const isNew = !known.hasEnded;
      known.hasEnded = true;
      return isNew;
    }
  }
}

/** Told fewer than the venue says were executed. */
export function lacksFills(known: KnownOrder, filledQty: DecimalText): boolean {
  return isBelow(known.filledQty, filledQty);
}

function noteAccepted(known: KnownOrder, event: OrderEvent & { kind: 'accepted' }): boolean {
  const { isPending, qty } = event;
  const works = known.isPending && !isPending;
  const isSized = !isPending && qty !== undefined && qty !== known.qty;
  const isNew = !known.isAccepted || works || (isSized && !known.hasEnded);
  if (!known.isAccepted) known.isPending = isPending;
  if (works) known.isPending = false;
  known.isAccepted = true;
  if (!isPending && qty !== undefined) known.qty = qty;
  return isNew;
}

function noteFill(known: KnownOrder, fill: Fill): boolean {
  const id = `${fill.kind} ${fill.venueTradeId}`;
  if (known.tradeIds.has(id)) return false;
  known.tradeIds.add(id);
  known.filledQty = format(add(known.filledQty, fill.qty));
  return true;
}
