import { tooManyOrders } from './refusals.ts';
import { ORDER_COUNT_LIMITS } from './rules.ts';

const WINDOWS = [
  { name: 'tenSeconds', ms: 10_000, words: '10 SECOND' },
  { name: 'day', ms: 86_400_000, words: '1 DAY' },
] as const;

/** An order that first fills while it rests frees this many, one that takes at once frees one. */
const MAKER_RELIEF = 5;
const TAKER_RELIEF = 1;

/** Unfilled orders of one account per fixed window (faqs/order_count_decrement.md). */
export class OrderCount {
  readonly #windows = WINDOWS.map((window) => ({ ...window, index: -1, count: 0 }));

  /** Throws when `orders` more would be too many. */
  check(orders: number, nowMs: number): void {
    this.#enter(nowMs);
    for (const window of this.#windows) {
      const limit = ORDER_COUNT_LIMITS[window.name];
      if (window.count + orders > limit) throw tooManyOrders(limit, window.words);
    }
  }

  add(orders: number, nowMs: number): void {
    this.#enter(nowMs);
    for (const window of this.#windows) window.count += orders;
  }

  onFirstFill(isMaker: boolean): void {
    const relief = isMaker ? MAKER_RELIEF : TAKER_RELIEF;
    for (const window of this.#windows) window.count = Math.max(0, window.count - relief);
  }

  read(nowMs: number): { tenSeconds: number; day: number } {
    this.#enter(nowMs);
    const [tenSeconds, day] = this.#windows;
    return { tenSeconds: tenSeconds?.count ?? 0, day: day?.count ?? 0 };
  }

  #enter(nowMs: number): void {
    for (const window of this.#windows) {
      const index = Math.floor(nowMs / window.ms);
      if (index === window.index) continue;
      window.index = index;
      window.count = 0;
    }
  }
}
