import type { Side } from '#practice/engine/order.ts';
import type { Random } from '#platform/random.ts';
import type { SymbolMarket } from './symbol-market.ts';

const OWNER = 'maker';

/** Levels a side: the touch and a ladder on a fixed grid behind it. */
const LEVELS = 16;

/** Distance between ladder steps as a fraction of the price. */
const STEP_FRACTION = 1.2e-4;

/** Chance that a level which was eaten is offered again at the next look. */
const REFILL_CHANCE = 0.5;

/** A touch with less than this part of its usual size gets another order. */
const THIN_TOUCH = 0.4;

interface Order {
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly timeMs: number;
}

export interface Quote {
  readonly bidTicks: number;
  readonly askTicks: number;
  /** Lots at the touch; deeper levels hold more. */
  readonly touchLots: number;
}

/**
 * The market maker of one symbol. It keeps the touch of each side, which moves with every quote,
 * and a ladder on whole multiples of a step, which stays where it is: a small move of the price
 * costs two orders, not thirty. Orders that the new quote would cross are cancelled before any
 * is placed, so it never trades with itself; it does trade with others' stale orders.
 */
export class Maker {
  readonly #market: SymbolMarket;
  /** Order ids by price, oldest first. */
  readonly #orders: Readonly<Record<Side, Map<number, number[]>>> = {
    buy: new Map(),
    sell: new Map(),
  };
  #step = 0;

  constructor(market: SymbolMarket) {
    this.#market = market;
  }

  quote(quote: Quote, timeMs: number, random: Random): void {
    this.#adaptStep(quote.bidTicks);
    this.#clearPath('buy', quote.bidTicks);
    this.#clearPath('sell', quote.askTicks);
    this.#place('buy', quote, { timeMs, random });
    this.#place('sell', quote, { timeMs, random });
  }

  /** Makes sure that one order of at least `lots` waits at `ticks`, so one trade can take them. */
  ensure(wanted: Order): void {
    const ids = this.#orders[wanted.side].get(wanted.ticks) ?? [];
    if (ids.length === 1 && this.#lotsLeft(ids) >= wanted.lots) return;
    this.#cancel(wanted.side, wanted.ticks);
    this.#submit(wanted);
  }

  /** Takes the whole ladder off the book; the next quote begins anew. */
  withdraw(): void {
    for (const side of ['buy', 'sell'] as const) {
      for (const price of this.#orders[side].keys()) this.#cancel(side, price);
    }
  }

  /** The grid follows the price only when it has moved far, or the whole ladder would move. */
  #adaptStep(ticks: number): void {
    const step = Math.max(1, Math.round(ticks * STEP_FRACTION));
    if (this.#step !== 0 && step < this.#step * 1.3 && step > this.#step / 1.3) return;
    this.#step = step;
    this.withdraw();
  }

  #clearPath(side: Side, touchTicks: number): void {
    const deepest = touchTicks - direction(side) * this.#step * LEVELS;
    for (const [ticks, ids] of this.#orders[side]) {
      const behindTouch = (touchTicks - ticks) * direction(side);
      const isOnGrid = ticks % this.#step === 0 || ticks === touchTicks;
      const isTooDeep = (ticks - deepest) * direction(side) < 0;
      const isEaten = ids.every((id) => this.#market.engine.order(id) === undefined);
      if (behindTouch < 0 || isTooDeep || !isOnGrid || isEaten) this.#cancel(side, ticks);
    }
  }

  #place(side: Side, quote: Quote, at: { timeMs: number; random: Random }): void {
    const { random, timeMs } = at;
    const touchTicks = side === 'buy' ? quote.bidTicks : quote.askTicks;
    const place = (ticks: number, depth: number): void => {
      const share = (0.5 + random.next()) * (1 + 0.6 * depth);
      const lots = Math.max(1, Math.round(quote.touchLots * share));
      this.#submit({ side, ticks, lots, timeMs });
    };
    // The touch is never left open, and a thin one is topped up behind what waits already.
    const waiting = this.#lotsLeft(this.#orders[side].get(touchTicks) ?? []);
    if (waiting < THIN_TOUCH * quote.touchLots) place(touchTicks, 0);
    const first =
      side === 'buy'
        ? Math.floor((touchTicks - 1) / this.#step)
        : Math.ceil((touchTicks + 1) / this.#step);
    for (let depth = 0; depth < LEVELS - 1; depth += 1) {
      const ticks = (first - direction(side) * depth) * this.#step;
      const isOpen = ticks > 0 && !this.#orders[side].has(ticks);
      if (isOpen && random.next() < REFILL_CHANCE) place(ticks, depth + 1);
    }
  }

  #submit(order: Order): void {
    const { side, ticks, lots, timeMs } = order;
    const request = { owner: OWNER, side, lots, limitTicks: ticks };
    const submission = this.#market.submit(request, timeMs);
    if (submission.outcome !== 'resting') return;
    const ids = this.#orders[side].get(ticks);
    if (ids === undefined) this.#orders[side].set(ticks, [submission.orderId]);
    else ids.push(submission.orderId);
  }

  #cancel(side: Side, ticks: number): void {
    for (const id of this.#orders[side].get(ticks) ?? []) this.#market.engine.cancel(id);
    this.#orders[side].delete(ticks);
  }

  #lotsLeft(ids: readonly number[]): number {
    return ids.reduce((sum, id) => sum + (this.#market.engine.order(id)?.lotsLeft ?? 0), 0);
  }
}

/** Better is upward for buyers, downward for sellers. */
function direction(side: Side): 1 | -1 {
  return side === 'buy' ? 1 : -1;
}
