import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { ClientOrderId, Order, OrderStatus } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';

/** How far the public trades of a pair were seen. */
export interface SeenTrades {
  readonly lastTradeId: number;
  readonly atMs: number;
}

/** What the ledger knows about a pair when the desk starts. */
export interface PairRestore {
  readonly pair: Pair;
  /** Orders the venue had accepted and not ended. */
  readonly orders: readonly Order[];
  readonly ownedQty: DecimalText;
  readonly seen: SeenTrades | undefined;
}

/** What a venue says when it is asked for one order. */
export interface OrderReport {
  readonly clientOrderId: ClientOrderId;
  readonly pair: Pair;
  readonly venueOrderId: string;
  readonly status: Exclude<OrderStatus, 'created'>;
  readonly filledQty: DecimalText;
  /** Where the venue may have chosen another quantity than it was sent. */
  readonly qty?: DecimalText;
  readonly reason: string;
  readonly atMs: number;
}

/** What a broker can do in one request; what it cannot, the desk does in steps. */
export interface BrokerFeatures {
  readonly hasBracket: boolean;
  readonly hasReplace: boolean;
  /** Stops rest at the venue; else the desk watches them itself. */
  readonly hasStops: boolean;
}

/** An entry and the exits that come to life with it. Only the two exits share a list id. */
export interface Bracket {
  /** A fill-or-kill limit buy. */
  readonly entry: Order;
  readonly stop: Order;
  readonly target: Order;
}

export interface FillQuery {
  readonly pair: Pair;
  /** Fills after this time; ties are repeated, so the caller inserts by key. */
  readonly sinceMs: number;
}

/**
 * The account at a venue, real or simulated. Only execution holds one (law 1).
 *
 * 1. A command answers `accepted`, `refused` (positive evidence) or `unknown`; it throws only on a
 *    bug. After `unknown` the order may exist: ask by `query`, never send again.
 * 2. `place` of an order that executes at once (market, ioc, fok) answers with all its events.
 * 3. The legs of `placeExitList` cancel each other; both or neither are taken.
 * 4. The exits of `placeBracket` begin to work, sized from what the entry brought, when the entry is
 *    filled; `accepted` then says their quantity. They end with an entry that brought nothing, and
 *    one that the venue refuses by itself is told as `rejected`.
 * 5. `replace` is refused when the old order did not end, and also when it had filled in part (the
 *    next order would buy or sell that part again): then nothing was ended and nothing placed. When it ended and the
 *    next order was refused the answer is `accepted` with `cancelled` and `rejected`.
 * 6. Everything that happens to an order is also told to the listener, at least once, possibly
 *    again and before the answer of the command that caused it.
 * 7. `query` answers `absent` for an order the venue does not know at that moment, which alone does
 *    not prove that it will never come: see `absenceFenceMs`.
 */
export interface Broker {
  readonly account: string;
  readonly features: BrokerFeatures;
  /** How long after sending a command an absent order can still turn up. */
  readonly absenceFenceMs: number;
  place(order: Order): Promise<CommandOutcome>;
  placeExitList(legs: { readonly stop: Order; readonly target: Order }): Promise<CommandOutcome>;
  placeBracket(bracket: Bracket): Promise<CommandOutcome>;
  /** Ends `old` (of a list: the whole list) and only if that worked places `next`. */
  replace(old: Order, next: Order): Promise<CommandOutcome>;
  /** Cancels an order; of a list, the whole list. Refused when the order has ended. */
  cancel(order: Pick<Order, 'clientOrderId' | 'pair'>): Promise<CommandOutcome>;
  /**
   * Throws TransientError when the venue cannot be asked, and a PermanentError that says so when it does
   * not have the pair: then it says nothing of its orders any more.
   */
  query(order: Pick<Order, 'clientOrderId' | 'pair'>): Promise<OrderReport | 'absent'>;
  openOrders(): Promise<readonly OrderReport[]>;
  fillsSince(query: FillQuery): Promise<readonly Fill[]>;
  listen(listener: (event: OrderEvent) => void): void;
  /** Resumes a pair after a restart; resolves when nothing that happened meanwhile is untold. */
  restore(state: PairRestore): Promise<void>;
  /** False while something about the pair is missing and being read back, or nothing was seen yet. */
  isCurrent(pair: Pair): boolean;
  /** Trades that were looked at; everything they caused has been told. */
  seen(pair: Pair): SeenTrades | undefined;
}
