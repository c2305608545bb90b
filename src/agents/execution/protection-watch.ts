import { isProtected } from '#core/orders/guard.ts';
import type { Pair } from '#core/model/pair.ts';
import type { MarketView } from './market-view.ts';
import type { ExecutionPorts } from './ports.ts';
import { type DeskState, ordersOf } from './state.ts';

/**
 * Measures how long positions above dust are without working stops for all of them, while this
 * process lives. A sale under way does not count as a stop.
 */
export class ProtectionWatch {
  readonly #ports: Pick<ExecutionPorts, 'clock' | 'metrics'>;
  readonly #state: DeskState;
  readonly #market: MarketView;
  readonly #sinceMs = new Map<Pair, number>();
  #longestMs = 0;

  constructor(
    ports: Pick<ExecutionPorts, 'clock' | 'metrics'>,
    state: DeskState,
    market: MarketView,
  ) {
    this.#ports = ports;
    this.#state = state;
    this.#market = market;
  }

  /** Looks at a pair of which an order or the position has changed. */
  look(pair: Pair): void {
    const { clock, metrics } = this.#ports;
    const nowMs = clock.monotonic();
    const sinceMs = this.#sinceMs.get(pair);
    if (this.#isBare(pair)) {
      if (sinceMs === undefined) this.#sinceMs.set(pair, nowMs);
      return;
    }
    if (sinceMs === undefined) return;
    this.#sinceMs.delete(pair);
    this.#longestMs = Math.max(this.#longestMs, nowMs - sinceMs);
    metrics.unprotected((nowMs - sinceMs) / 1_000);
  }

  /** Tells the longest time so far, those that go on included. */
  tick(): void {
    const { clock, metrics } = this.#ports;
    const nowMs = clock.monotonic();
    const openMs = Math.max(0, ...[...this.#sinceMs.values()].map((sinceMs) => nowMs - sinceMs));
    this.#longestMs = Math.max(this.#longestMs, openMs);
    metrics.longestUnprotected(this.#longestMs / 1_000, openMs / 1_000);
  }

  #isBare(pair: Pair): boolean {
    const position = this.#state.positions.get(pair);
    const instrument = this.#market.instrument(pair);
    if (position === undefined || instrument === undefined) return false;
    const price = this.#market.quote(pair)?.bid ?? position.averagePrice;
    const orders = ordersOf(this.#state, pair);
    return !isProtected({ qty: position.qty, price, orders, instrument });
  }
}
