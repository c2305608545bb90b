/**
 * The taker phase of an order: what it meets on the book, and how it is kept from its own
 * account's orders (stp_faq.md). Only the engine matches; this decides how much it is asked to.
 */
import type { Submission } from '#practice/engine/order.ts';
import { times, unitsOf } from './amount.ts';
import type { Units } from './amount.ts';
import type { Dealer } from './dealer.ts';
import { engineSide, opposite } from './floor-market.ts';
import type { FloorMarket } from './floor-market.ts';
import { isMarket, isOpen, remaining } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import { ownerOf } from './owner.ts';
import { prevent } from './stp.ts';
import type { ExpiryReason } from './trading.ts';

/** How far a taker gets before an order of its own account. */
interface Meeting {
  readonly lotsBefore: number;
  readonly own: OrderRecord | undefined;
}

export class Taker {
  readonly #dealer: Dealer;

  constructor(dealer: Dealer) {
    this.#dealer = dealer;
  }

  run(order: OrderRecord, timeMs: number): void {
    const market = this.#dealer.market(order.symbol);
    const limit = this.#limit(order, market);
    if (order.timeInForce === 'FOK' && !this.#isFillable(order, market, limit)) {
      this.#expire(order, 'UNFILLED_FOK_ORDER_EXPIRED', timeMs);
      return;
    }
    while (isOpen(order)) {
      const left = market.lots(remaining(order));
      const { lotsBefore, own } = this.#meet(order, market, limit);
      if (own === undefined || lotsBefore >= left) {
        this.#submitLast(order, { market, limit, timeMs });
        return;
      }
      if (lotsBefore > 0) this.#submit(order, { market, limit, timeMs, lots: lotsBefore });
      prevent(this.#dealer, { taker: order, maker: own, timeMs });
    }
  }

  /** What a market buy would pay for all it asks, at what is on the book now. */
  cost(order: OrderRecord): Units {
    const market = this.#dealer.market(order.symbol);
    let left = remaining(order);
    let cost = 0n;
    for (const { qty, price } of this.#offers(order, market, undefined)) {
      const taken = qty < left ? qty : left;
      cost += times(price, taken);
      left -= taken;
      if (left === 0n) break;
    }
    return cost;
  }

  /** The quantity whose value comes closest to `quoteQty` without exceeding it. */
  qtyFor(order: OrderRecord, quoteQty: Units): Units {
    const market = this.#dealer.market(order.symbol);
    let left = quoteQty;
    let lots = 0n;
    for (const { qty, price } of this.#offers(order, market, undefined)) {
      const perLot = times(price, market.lot);
      const affordable = perLot === 0n ? qty / market.lot : left / perLot;
      const taken = affordable < qty / market.lot ? affordable : qty / market.lot;
      lots += taken;
      left -= times(price, taken * market.lot);
      if (taken < qty / market.lot) break;
    }
    return lots * market.lot;
  }

  /** What waits on the other side and may be traded with, best first. */
  *#offers(
    order: OrderRecord,
    market: FloorMarket,
    limit: number | undefined,
  ): Generator<{ qty: Units; price: Units }> {
    const owner = ownerOf(order.uid);
    for (const waiting of market.market.engine.waiting(opposite(order.side), limit)) {
      const isOwn = waiting.owner === owner && order.stpMode !== 'NONE';
      if (isOwn && order.stpMode !== 'EXPIRE_MAKER' && order.stpMode !== 'DECREMENT') return;
      if (!isOwn) yield { qty: market.qty(waiting.lotsLeft), price: market.price(waiting.ticks) };
    }
  }

  #isFillable(order: OrderRecord, market: FloorMarket, limit: number | undefined): boolean {
    let left = remaining(order);
    for (const { qty } of this.#offers(order, market, limit)) {
      left -= qty;
      if (left <= 0n) return true;
    }
    return false;
  }

  #meet(order: OrderRecord, market: FloorMarket, limit: number | undefined): Meeting {
    let lotsBefore = 0;
    if (order.stpMode === 'NONE') return { lotsBefore, own: undefined };
    const owner = ownerOf(order.uid);
    const left = market.lots(remaining(order));
    for (const waiting of market.market.engine.waiting(opposite(order.side), limit)) {
      if (lotsBefore >= left) break;
      if (waiting.owner === owner) {
        const own = this.#dealer.book(order).order(order.symbol, waiting.id);
        return { lotsBefore, own };
      }
      lotsBefore += waiting.lotsLeft;
    }
    return { lotsBefore, own: undefined };
  }

  #submitLast(
    order: OrderRecord,
    at: { market: FloorMarket; limit: number | undefined; timeMs: number },
  ): void {
    const { market, timeMs } = at;
    const ownLimit = isMarket(order) ? undefined : market.ticks(order.price);
    const mayRest = ownLimit !== undefined && order.timeInForce === 'GTC';
    const lots = market.lots(remaining(order));
    this.#submit(order, { ...at, lots });
    if (!isOpen(order)) return;
    if (this.#isBeyondRange(order, at.limit, ownLimit)) {
      this.#expire(order, 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED', timeMs);
    } else if (mayRest) {
      this.#submit(order, { ...at, limit: ownLimit, lots: market.lots(remaining(order)), mayRest });
    } else {
      this.#expire(order, unfilledReason(order), timeMs);
    }
  }

  /** Whether only the price range rule keeps the order from trading on. */
  #isBeyondRange(
    order: OrderRecord,
    limit: number | undefined,
    ownLimit: number | undefined,
  ): boolean {
    if (limit === ownLimit) return false;
    const { engine } = this.#dealer.market(order.symbol).market;
    return engine.waiting(opposite(order.side), ownLimit).next().done !== true;
  }

  #submit(
    order: OrderRecord,
    at: {
      market: FloorMarket;
      limit: number | undefined;
      timeMs: number;
      lots: number;
      mayRest?: boolean;
    },
  ): Submission {
    const { market, limit, timeMs, lots } = at;
    const submission = market.market.submit(
      {
        orderId: order.orderId,
        owner: ownerOf(order.uid),
        side: engineSide(order.side),
        lots,
        timeInForce: at.mayRest === true ? 'GTC' : 'IOC',
        ...(limit === undefined ? {} : { limitTicks: limit }),
      },
      timeMs,
    );
    for (const fill of submission.fills) this.#dealer.fill(order, fill, false);
    return submission;
  }

  #expire(order: OrderRecord, reason: ExpiryReason, timeMs: number): void {
    this.#dealer.end(order, { status: 'EXPIRED', reason, timeMs });
  }

  /** How far the order may trade: its own price, or the price range rule where that is nearer. */
  #limit(order: OrderRecord, market: FloorMarket): number | undefined {
    const own = isMarket(order) ? undefined : market.ticks(order.price);
    const range = this.#dealer.priceRange(order.symbol);
    const reference = market.averagePrice();
    if (range === undefined || reference === undefined) return own;
    const isBuy = order.side === 'BUY';
    const edge = times(reference, unitsOf(isBuy ? range.up : range.down));
    const ticks = market.ticks(edge) + (isBuy || edge % market.tick === 0n ? 0 : 1);
    if (own === undefined) return ticks;
    return isBuy ? Math.min(own, ticks) : Math.max(own, ticks);
  }
}

function unfilledReason(order: OrderRecord): ExpiryReason {
  if (isMarket(order)) return 'INSUFFICIENT_LIQUIDITY';
  return order.timeInForce === 'FOK'
    ? 'UNFILLED_FOK_ORDER_EXPIRED'
    : 'UNFILLED_IOC_QUANTITY_EXPIRED';
}
