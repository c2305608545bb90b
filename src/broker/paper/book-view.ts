import { type Decimal, isPositive, parse, ZERO } from '#core/money/decimal.ts';
import type { OrderBook } from '#core/model/market.ts';
import type { OrderSide } from '#core/model/order.ts';

export interface Slice {
  readonly price: Decimal;
  readonly qty: Decimal;
}

interface Consumed {
  /** Quantity that the book showed when we took from it. */
  readonly shown: string;
  readonly taken: Decimal;
}

/**
 * The visible book of one pair and what our own simulated orders have taken out of it. A level
 * stays reduced until the venue shows another quantity there: the same liquidity is not sold twice.
 */
export interface BookView {
  readonly book: OrderBook;
  /** By price text, asks for buys and bids for sells. */
  readonly consumed: Readonly<Record<OrderSide, ReadonlyMap<string, Consumed>>>;
}

export function bookView(book: OrderBook, before?: BookView): BookView {
  const consumed = {
    buy: stillConsumed(book.asks, before?.consumed.buy),
    sell: stillConsumed(book.bids, before?.consumed.sell),
  };
  return { book, consumed };
}

/** What a taker of `qty` gets now, best price first, within its limit. */
export function walk(
  view: BookView,
  taker: { readonly side: OrderSide; readonly qty: Decimal; readonly limit: Decimal | undefined },
): readonly Slice[] {
  const levels = taker.side === 'buy' ? view.book.asks : view.book.bids;
  const slices: Slice[] = [];
  let wanted = taker.qty;
  for (const [priceText, shown] of levels) {
    if (!isPositive(wanted)) break;
    const price = parse(priceText);
    if (taker.limit !== undefined && isWorse(taker.side, price, taker.limit)) break;
    const taken = view.consumed[taker.side].get(priceText)?.taken;
    const available = taken === undefined ? parse(shown) : parse(shown).minus(taken);
    if (!isPositive(available)) continue;
    const qty = available.lt(wanted) ? available : wanted;
    slices.push({ price, qty });
    wanted = wanted.minus(qty);
  }
  return slices;
}

/** The view after the slices were taken. */
export function consume(view: BookView, side: OrderSide, slices: readonly Slice[]): BookView {
  const levels = side === 'buy' ? view.book.asks : view.book.bids;
  const after = new Map(view.consumed[side]);
  for (const slice of slices) {
    const level = levels.find(([price]) => parse(price).eq(slice.price));
    if (level === undefined) continue;
    const taken = after.get(level[0])?.taken.plus(slice.qty) ?? slice.qty;
    after.set(level[0], { shown: level[1], taken });
  }
  return { ...view, consumed: { ...view.consumed, [side]: after } };
}

/**
 * Quantity that rests at a price on a maker's own side: what stands before a newcomer. Undefined
 * when the price lies deeper than the levels we see.
 */
export function visibleAt(view: BookView, side: OrderSide, price: Decimal): Decimal | undefined {
  const levels = side === 'buy' ? view.book.bids : view.book.asks;
  const level = levels.find(([text]) => parse(text).eq(price));
  if (level !== undefined) return parse(level[1]);
  const deepest = levels.at(-1);
  const isBeyond = deepest === undefined || isWorse(side, parse(deepest[0]), price);
  return isBeyond ? undefined : ZERO;
}

/** True when an order at `price` would execute at once. */
export function crosses(view: BookView, side: OrderSide, price: Decimal): boolean {
  const best = side === 'buy' ? view.book.asks[0] : view.book.bids[0];
  return best !== undefined && !isWorse(side, parse(best[0]), price);
}

/** True when the market has gone beyond a resting order: it must have been hit. */
export function isPassed(view: BookView, side: OrderSide, price: Decimal): boolean {
  const opposite = side === 'buy' ? view.book.asks[0] : view.book.bids[0];
  if (opposite === undefined) return false;
  const best = parse(opposite[0]);
  return side === 'buy' ? best.lt(price) : best.gt(price);
}

function isWorse(side: OrderSide, price: Decimal, limit: Decimal): boolean {
  return side === 'buy' ? price.gt(limit) : price.lt(limit);
}

function stillConsumed(
  levels: OrderBook['asks'],
  before: ReadonlyMap<string, Consumed> | undefined,
): ReadonlyMap<string, Consumed> {
  if (before === undefined || before.size === 0) return new Map();
  return new Map(
    levels.flatMap(([price, shown]) => {
      const entry = before.get(price);
      return entry !== undefined && entry.shown === shown ? [[price, entry] as const] : [];
    }),
  );
}
