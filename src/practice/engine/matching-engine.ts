import { assert } from '#platform/errors.ts';
import type { Level } from '#practice/world.ts';
import { BookSide } from './book-side.ts';
import type { Fill, OrderRequest, RestingOrder, Side, Submission } from './order.ts';

/**
 * The matching engine of one symbol: price-time priority over whole ticks and lots.
 *
 * 1. The book is never crossed: what can trade has traded before anything rests.
 * 2. A fill happens at the price of the order that waited.
 * 3. Lots are conserved: submitted = filled + resting + expired, for taker and maker.
 * 4. Order, trade and update ids only rise.
 *
 * It knows nothing of accounts, filters, stops or order lists: those sit in front of it, give it
 * requests and read the fills, which name both owners.
 */
export class MatchingEngine {
  readonly #bids = new BookSide('buy');
  readonly #asks = new BookSide('sell');
  readonly #resting = new Map<number, RestingOrder>();
  #nextOrderId: number;
  #nextTradeId: number;
  #updateId: number;

  constructor(start: { orderId: number; tradeId: number; updateId: number }) {
    this.#nextOrderId = start.orderId;
    this.#nextTradeId = start.tradeId;
    this.#updateId = start.updateId;
  }

  submit(request: OrderRequest, timeMs: number): Submission {
    assert(
      Number.isSafeInteger(request.lots) && request.lots > 0,
      'order quantity is not a positive number of lots',
      { lots: request.lots },
    );
    const orderId = request.orderId ?? this.reserveOrderId();
    const outcome = this.#refusal(request);
    if (outcome !== undefined) {
      return { orderId, outcome, fills: [], filledLots: 0, restingLots: 0 };
    }
    const fills = this.#match(request, orderId, timeMs);
    const filledLots = sumLots(fills);
    const lotsLeft = request.lots - filledLots;
    if (lotsLeft === 0) return { orderId, outcome: 'filled', fills, filledLots, restingLots: 0 };
    const { limitTicks } = request;
    if (limitTicks === undefined || (request.timeInForce ?? 'GTC') !== 'GTC') {
      return { orderId, outcome: 'expired', fills, filledLots, restingLots: 0 };
    }
    this.#rest({ ...request, limitTicks }, orderId, lotsLeft);
    return { orderId, outcome: 'resting', fills, filledLots, restingLots: lotsLeft };
  }

  /** Takes a resting order off the book; undefined when it is not there (any more). */
  cancel(orderId: number): RestingOrder | undefined {
    const order = this.#resting.get(orderId);
    if (order === undefined) return undefined;
    const lotsLeft = order.lotsLeft;
    this.#updateId += 1;
    this.#own(order.side).take(order, lotsLeft);
    this.#resting.delete(orderId);
    return { ...order, lotsLeft };
  }

  /** An id for an order that comes to the book later, or in parts. */
  reserveOrderId(): number {
    return this.#nextOrderId++;
  }

  /** No order from here on gets an id up to and including `orderId`. */
  skipOrderIds(orderId: number): void {
    this.#nextOrderId = Math.max(this.#nextOrderId, orderId + 1);
  }

  /** The resting orders a taker of the other side meets, in the order in which it meets them. */
  waiting(side: Side, limitTicks: number | undefined): Generator<Readonly<RestingOrder>> {
    return this.#own(side).waiting(limitTicks);
  }

  /** Makes a resting order smaller where it stands in its queue. */
  reduce(orderId: number, lots: number): void {
    const order = this.#resting.get(orderId);
    assert(order !== undefined && lots < order.lotsLeft, 'no resting order of that size', { lots });
    this.#updateId += 1;
    this.#own(order.side).take(order, lots);
  }

  order(orderId: number): Readonly<RestingOrder> | undefined {
    return this.#resting.get(orderId);
  }

  best(side: Side): number | undefined {
    return this.#own(side).bestTicks();
  }

  /** Best first, at most `count` levels. */
  depth(side: Side, count: number): Level[] {
    return this.#own(side).top(count);
  }

  get updateId(): number {
    return this.#updateId;
  }

  get nextTradeId(): number {
    return this.#nextTradeId;
  }

  /** Leaves out `count` trade ids for trades that are only told as candles; returns the first. */
  reserveTradeIds(count: number): number {
    const first = this.#nextTradeId;
    this.#nextTradeId += count;
    return first;
  }

  get openOrders(): number {
    return this.#resting.size;
  }

  /** The levels that changed since the last call; undefined when none did. */
  takeChanges(): { updateId: number; bids: Level[]; asks: Level[] } | undefined {
    if (!this.#bids.hasChanges && !this.#asks.hasChanges) return undefined;
    return {
      updateId: this.#updateId,
      bids: this.#bids.takeChanges(),
      asks: this.#asks.takeChanges(),
    };
  }

  #refusal(request: OrderRequest): 'refused' | 'expired' | undefined {
    const opposite = this.#opposite(request.side);
    const best = opposite.bestTicks();
    if (request.isPostOnly === true) {
      return best !== undefined && opposite.reaches(request.limitTicks, best)
        ? 'refused'
        : undefined;
    }
    if (request.timeInForce !== 'FOK') return undefined;
    const reachable = opposite.lotsWithin(request.limitTicks, request.lots);
    return reachable < request.lots ? 'expired' : undefined;
  }

  #match(request: OrderRequest, takerOrderId: number, timeMs: number): Fill[] {
    const opposite = this.#opposite(request.side);
    const fills: Fill[] = [];
    let lotsLeft = request.lots;
    while (lotsLeft > 0) {
      const maker = opposite.first();
      if (maker === undefined || !opposite.reaches(request.limitTicks, maker.ticks)) break;
      const lots = Math.min(lotsLeft, maker.lotsLeft);
      this.#updateId += 1;
      opposite.take(maker, lots);
      if (maker.lotsLeft === 0) this.#resting.delete(maker.id);
      lotsLeft -= lots;
      fills.push({
        tradeId: this.#nextTradeId++,
        ticks: maker.ticks,
        lots,
        timeMs,
        takerSide: request.side,
        takerOrderId,
        takerOwner: request.owner,
        makerOrderId: maker.id,
        makerOwner: maker.owner,
        makerLotsLeft: maker.lotsLeft,
      });
    }
    return fills;
  }

  #rest(request: OrderRequest & { limitTicks: number }, id: number, lotsLeft: number): void {
    const order: RestingOrder = {
      id,
      owner: request.owner,
      side: request.side,
      ticks: request.limitTicks,
      lots: request.lots,
      lotsLeft,
      before: undefined,
      after: undefined,
    };
    this.#updateId += 1;
    this.#own(request.side).add(order);
    this.#resting.set(id, order);
  }

  #own(side: Side): BookSide {
    return side === 'buy' ? this.#bids : this.#asks;
  }

  #opposite(side: Side): BookSide {
    return side === 'buy' ? this.#asks : this.#bids;
  }
}

function sumLots(fills: readonly Fill[]): number {
  let lots = 0;
  for (const fill of fills) lots += fill.lots;
  return lots;
}
