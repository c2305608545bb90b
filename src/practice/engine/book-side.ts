import type { Level } from '#practice/world.ts';
import type { RestingOrder, Side } from './order.ts';

interface PriceLevel {
  readonly ticks: number;
  lots: number;
  first: RestingOrder | undefined;
  last: RestingOrder | undefined;
}

/**
 * One side of a book: price levels in a sorted array with the best at its end, each with a linked
 * queue of orders. Finding a level is a map lookup, a new one a binary search; an insert moves
 * only the levels better than it, and nearly all of them happen beside the touch.
 */
export class BookSide {
  readonly #side: Side;
  readonly #levels: PriceLevel[] = [];
  readonly #byTicks = new Map<number, PriceLevel>();
  readonly #changed = new Set<number>();

  constructor(side: Side) {
    this.#side = side;
  }

  /** The oldest order at the best price. */
  first(): RestingOrder | undefined {
    return this.#levels.at(-1)?.first;
  }

  bestTicks(): number | undefined {
    return this.#levels.at(-1)?.ticks;
  }

  add(order: RestingOrder): void {
    const level = this.#byTicks.get(order.ticks) ?? this.#open(order.ticks);
    order.before = level.last;
    if (level.last === undefined) level.first = order;
    else level.last.after = order;
    level.last = order;
    level.lots += order.lotsLeft;
    this.#changed.add(order.ticks);
  }

  /** Takes lots off an order, and the order off the book when nothing is left. */
  take(order: RestingOrder, lots: number): void {
    const level = this.#byTicks.get(order.ticks);
    if (level === undefined) return;
    order.lotsLeft -= lots;
    level.lots -= lots;
    this.#changed.add(order.ticks);
    if (order.lotsLeft === 0) this.#unlink(level, order);
  }

  /** Lots offered at `limitTicks` or better, counted no further than `enough`. */
  lotsWithin(limitTicks: number | undefined, enough: number): number {
    let lots = 0;
    for (let i = this.#levels.length - 1; i >= 0 && lots < enough; i -= 1) {
      const level = this.#levels[i];
      if (level === undefined || !this.reaches(limitTicks, level.ticks)) break;
      lots += level.lots;
    }
    return lots;
  }

  /** Orders in priority, as far as a taker with this limit gets. */
  *waiting(limitTicks: number | undefined): Generator<RestingOrder> {
    for (let i = this.#levels.length - 1; i >= 0; i -= 1) {
      const level = this.#levels[i];
      if (level === undefined || !this.reaches(limitTicks, level.ticks)) return;
      for (let order = level.first; order !== undefined; order = order.after) yield order;
    }
  }

  /** Whether a taker with this limit trades with an order of this side at `ticks`. */
  reaches(limitTicks: number | undefined, ticks: number): boolean {
    if (limitTicks === undefined) return true;
    return this.#side === 'sell' ? ticks <= limitTicks : ticks >= limitTicks;
  }

  top(count: number): Level[] {
    const levels: Level[] = [];
    for (let i = this.#levels.length - 1; i >= 0 && levels.length < count; i -= 1) {
      const level = this.#levels[i];
      if (level !== undefined) levels.push([level.ticks, level.lots]);
    }
    return levels;
  }

  /** Levels that changed since the last call, with what they hold now (0: gone). */
  takeChanges(): Level[] {
    const levels: Level[] = [];
    for (const ticks of this.#changed) levels.push([ticks, this.#byTicks.get(ticks)?.lots ?? 0]);
    this.#changed.clear();
    return levels;
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  #open(ticks: number): PriceLevel {
    const level: PriceLevel = { ticks, lots: 0, first: undefined, last: undefined };
    this.#byTicks.set(ticks, level);
    this.#levels.splice(this.#indexOf(ticks), 0, level);
    return level;
  }

  #unlink(level: PriceLevel, order: RestingOrder): void {
    if (order.before === undefined) level.first = order.after;
    else order.before.after = order.after;
    if (order.after === undefined) level.last = order.before;
    else order.after.before = order.before;
    order.before = undefined;
    order.after = undefined;
    if (level.first !== undefined) return;
    this.#byTicks.delete(level.ticks);
    this.#levels.splice(this.#indexOf(level.ticks), 1);
  }

  /** Where a level with this price is, or would be. */
  #indexOf(ticks: number): number {
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#levels[middle]?.ticks ?? 0;
      const isWorse = this.#side === 'buy' ? at < ticks : at > ticks;
      if (isWorse) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
