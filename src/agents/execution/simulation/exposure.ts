import { type Decimal, sub, sum, ZERO } from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import { baseOf, type Pair } from '#core/model/pair.ts';
import type { AccountNews, ModelHub } from './venue/model-hub.ts';
import { isStop, leftOf } from './venue/model-order.ts';
import { tradeMoves } from './venue/trade-moves.ts';

/**
 * How long the desk held more than dust without stops working for all of it, as the venue saw it,
 * while its process lived: a desk that is dead can do nothing, and a fresh one starts from zero.
 */
export class Exposure {
  /** Lengths of the times without protection, by end. */
  readonly spansMs: number[] = [];
  readonly #hub: ModelHub;
  readonly #isOwn: (order: { readonly clientOrderId: string }) => boolean;
  readonly #now: () => number;
  readonly #held = new Map<Pair, Decimal>();
  readonly #sinceMs = new Map<Pair, number>();
  #isUp = false;

  constructor(options: {
    readonly hub: ModelHub;
    /** True for orders of the desk. */
    readonly isOwn: (order: { readonly clientOrderId: string }) => boolean;
    readonly now: () => number;
  }) {
    this.#hub = options.hub;
    this.#isOwn = options.isOwn;
    this.#now = options.now;
    options.hub.listen((news) => this.#hear(news));
  }

  onStart(): void {
    this.#isUp = true;
    for (const pair of this.#held.keys()) this.#look(pair);
  }

  onDeath(): void {
    this.#isUp = false;
    this.#sinceMs.clear();
  }

  #hear(news: AccountNews): void {
    if (news.kind !== 'order' || !this.#isOwn(news.order)) return;
    const { pair } = news.order;
    const moved = news.trade === undefined ? ZERO : tradeMoves(news.trade, baseOf(pair));
    this.#held.set(pair, (this.#held.get(pair) ?? ZERO).plus(moved));
    this.#look(pair);
  }

  #look(pair: Pair): void {
    const sinceMs = this.#sinceMs.get(pair);
    const isBare = this.#isUp && this.#isBare(pair);
    if (isBare && sinceMs === undefined) this.#sinceMs.set(pair, this.#now());
    if (isBare || sinceMs === undefined) return;
    this.#sinceMs.delete(pair);
    this.spansMs.push(this.#now() - sinceMs);
  }

  #isBare(pair: Pair): boolean {
    const { engine } = this.#hub.venue;
    const { instrument, last } = engine.judged(pair, 'sell');
    // Where nothing trades no stop can be placed, nor could it sell.
    if (instrument.status !== 'trading') return false;
    const stops = engine
      .live()
      .filter((order) => order.pair === pair && isStop(order) && order.status !== 'pending-new');
    const own = stops.filter((order) => this.#isOwn(order));
    const held = this.#held.get(pair) ?? ZERO;
    const bare = floorToStep(sub(held, sum(own.map(leftOf))), instrument.stepSize);
    const isDust =
      bare.lt(instrument.minQty) || bare.times(last ?? ZERO).lt(instrument.minNotional);
    return !isDust;
  }
}
