import { type Decimal, parse, ZERO } from '#core/money/decimal.ts';
import type { OrderBook } from '#core/model/market.ts';
import type { OrderSide } from '#core/model/order.ts';

export interface Slice {
  readonly price: Decimal;
  readonly qty: Decimal;
}

interface Level {
  readonly price: Decimal;
  qty: Decimal;
}

/** Others' orders of one pair. What was taken is gone until the next book. */
export class ModelBook {
  readonly #depth: Decimal;
  #bids: readonly Level[] = [];
  #asks: readonly Level[] = [];

  /** `depth` times what the market shows: cheap coins trade in larger quantities. */
  constructor(depth: Decimal) {
    this.#depth = depth;
  }

  show(book: OrderBook): void {
    const levels = (rows: OrderBook['bids']): readonly Level[] =>
      rows.map(([price, qty]) => ({ price: parse(price), qty: parse(qty).times(this.#depth) }));
    this.#bids = levels(book.bids);
    this.#asks = levels(book.asks);
  }

  best(taker: OrderSide): Decimal | undefined {
    return this.#against(taker)[0]?.price;
  }

  /** What a taker would get now, best first. */
  within(taker: OrderSide, qty: Decimal, limit: Decimal | undefined): readonly Slice[] {
    const slices: Slice[] = [];
    let left = qty;
    for (const level of this.#against(taker)) {
      if (!left.gt(ZERO) || isBeyond(taker, level.price, limit)) break;
      const taken = level.qty.lt(left) ? level.qty : left;
      if (taken.gt(ZERO)) slices.push({ price: level.price, qty: taken });
      left = left.minus(taken);
    }
    return slices;
  }

  take(taker: OrderSide, { price, qty }: Slice): void {
    const level = this.#against(taker).find((other) => other.price.eq(price));
    if (level !== undefined) level.qty = level.qty.minus(qty);
  }

  #against(taker: OrderSide): readonly Level[] {
    return taker === 'buy' ? this.#asks : this.#bids;
  }
}

/** True when a taker with this limit does not want this price. */
export function isBeyond(taker: OrderSide, price: Decimal, limit: Decimal | undefined): boolean {
  if (limit === undefined) return false;
  return taker === 'buy' ? price.gt(limit) : price.lt(limit);
}
