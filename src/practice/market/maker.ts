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

export interface Quote {
  readonly bidTicks: number;
  readonly askTicks: number;
  /** Lots at the touch; deeper levels hold more. */
  readonly touchLots: number;
}

/**
 * The market maker of one symbol. It keeps one order at each side's touch, which moves with
 * every quote, and a ladder on whole multiples of a step, which stays where it is: a small move of the
 * price costs two orders, not thirty. Orders that the new quote would cross are cancelled before
 * any is placed, so it never trades with itself; it does trade with others' stale orders.
 */
export class Maker {
  readonly #market: SymbolMarket;
  readonly #orders: Readonly<Record<Side, Map<number, number>>> = {
    buy: new Map(),
    sell: new Map(),
  };
  #step = 0;

  constructor(market: SymbolMarket) {
    this.#market = market;
  }

  quote(quote: Quote, timeMs: number, random: Random): void {
    this.#adaptStep(quote.bidTicks);
    this.#withdraw('buy', quote.bidTicks);
    this.#withdraw('sell', quote.askTicks);
    this.#place('buy', quote, { timeMs, random });
    this.#place('sell', quote, { timeMs, random });
  }

  /** Makes sure that `lots` wait at exactly `ticks`, which is the touch of its side. */
  ensure(wanted: { side: Side; ticks: number; lots: number; timeMs: number }): void {
    const { side, ticks, lots } = wanted;
    const id = this.#orders[side].get(ticks);
    const waiting = id === undefined ? 0 : (this.#market.engine.order(id)?.lotsLeft ?? 0);
    if (waiting >= lots) return;
    if (id !== undefined) this.#cancel(side, ticks, id);
    this.#submit(wanted);
  }

  /** Leaves the market. */
  withdrawAll(): void {
    for (const side of ['buy', 'sell'] as const) {
      for (const [ticks, id] of this.#orders[side]) this.#cancel(side, ticks, id);
    }
  }

  /** The grid follows the price only when it has moved far, or the whole ladder would move. */
  #adaptStep(ticks: number): void {
    const step = Math.max(1, Math.round(ticks * STEP_FRACTION));
    if (this.#step !== 0 && step < this.#step * 1.3 && step > this.#step / 1.3) return;
    this.#step = step;
    this.withdrawAll();
  }

  #withdraw(side: Side, touchTicks: number): void {
    const deepest = touchTicks - direction(side) * this.#step * LEVELS;
    for (const [ticks, id] of this.#orders[side]) {
      const behindTouch = (touchTicks - ticks) * direction(side);
      const isOnGrid = ticks % this.#step === 0 || ticks === touchTicks;
      const isTooDeep = (ticks - deepest) * direction(side) < 0;
      if (behindTouch < 0 || isTooDeep || !isOnGrid) this.#cancel(side, ticks, id);
      else if (this.#market.engine.order(id) === undefined) this.#orders[side].delete(ticks);
    }
  }

  #place(side: Side, quote: Quote, at: { timeMs: number; random: Random }): void {
    const touchTicks = side === 'buy' ? quote.bidTicks : quote.askTicks;
    const orders = this.#orders[side];
    const place = (ticks: number, depth: number): void => {
      if (
        ticks < 1 ||
        orders.has(ticks) ||
        at.random.next() > (orders.size < 2 ? 1 : REFILL_CHANCE)
      )
        return;
      const share = (0.5 + at.random.next()) * (1 + 0.6 * depth);
      const lots = Math.max(1, Math.round(quote.touchLots * share));
      this.#submit({ side, ticks, lots, timeMs: at.timeMs });
    };
    place(touchTicks, 0);
    const first =
      side === 'buy'
        ? Math.floor((touchTicks - 1) / this.#step)
        : Math.ceil((touchTicks + 1) / this.#step);
    for (let depth = 0; depth < LEVELS - 1; depth += 1) {
      place((first - direction(side) * depth) * this.#step, depth + 1);
    }
  }

  #submit(order: { side: Side; ticks: number; lots: number; timeMs: number }): void {
    const { side, ticks, lots, timeMs } = order;
    const request = { owner: OWNER, side, lots, limitTicks: ticks };
    const submission = this.#market.submit(request, timeMs);
    if (submission.outcome === 'resting') this.#orders[side].set(ticks, submission.orderId);
  }

  #cancel(side: Side, ticks: number, id: number): void {
    this.#market.engine.cancel(id);
    this.#orders[side].delete(ticks);
  }
}

/** Better is upward for buyers, downward for sellers. */
function direction(side: Side): 1 | -1 {
  return side === 'buy' ? 1 : -1;
}
