import type { WorldKline } from '#practice/world.ts';

const FIELDS = 12;

/**
 * The newest candles of one interval, oldest first, in one flat array of numbers: 100 kB a
 * thousand, and no object per candle for the garbage collector to visit. Candles may have gaps
 * between them; open times only rise.
 */
export class KlineRing {
  readonly #intervalMs: number;
  readonly #capacity: number;
  readonly #cells: Float64Array;
  #first = 0;
  #length = 0;
  #isWrapped = false;

  constructor(options: { intervalMs: number; capacity: number }) {
    this.#intervalMs = options.intervalMs;
    this.#capacity = options.capacity;
    this.#cells = new Float64Array(options.capacity * FIELDS);
  }

  get length(): number {
    return this.#length;
  }

  /** Older candles have been dropped, so the first one is not where the data began. */
  get isWrapped(): boolean {
    return this.#isWrapped;
  }

  push(kline: WorldKline): void {
    const slot = (this.#first + this.#length) % this.#capacity;
    if (this.#length < this.#capacity) this.#length += 1;
    else {
      this.#first = (this.#first + 1) % this.#capacity;
      this.#isWrapped = true;
    }
    this.#cells.set(
      [
        kline.openMs,
        kline.openTicks,
        kline.highTicks,
        kline.lowTicks,
        kline.closeTicks,
        kline.lots,
        kline.quoteTickLots,
        kline.trades,
        kline.takerBuyLots,
        kline.takerBuyQuoteTickLots,
        kline.firstTradeId,
        kline.lastTradeId,
      ],
      slot * FIELDS,
    );
  }

  at(index: number): WorldKline {
    const base = ((this.#first + index) % this.#capacity) * FIELDS;
    const cell = (offset: number): number => this.#cells[base + offset] ?? 0;
    return {
      openMs: cell(0),
      closeMs: cell(0) + this.#intervalMs - 1,
      openTicks: cell(1),
      highTicks: cell(2),
      lowTicks: cell(3),
      closeTicks: cell(4),
      lots: cell(5),
      quoteTickLots: cell(6),
      trades: cell(7),
      takerBuyLots: cell(8),
      takerBuyQuoteTickLots: cell(9),
      firstTradeId: cell(10),
      lastTradeId: cell(11),
    };
  }

  last(): WorldKline | undefined {
    return this.#length === 0 ? undefined : this.at(this.#length - 1);
  }

  /** Index of the first candle that opens at `ms` or later; `length` when there is none. */
  indexFrom(ms: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#openMs(middle) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #openMs(index: number): number {
    return this.#cells[((this.#first + index) % this.#capacity) * FIELDS] ?? 0;
  }
}
