import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Random } from '#platform/random.ts';
import type { ModelHub } from './venue/model-hub.ts';
import { isLive } from './venue/model-order.ts';

/** Of a pair that begins to leave, per tick. */
const LEAVE_CHANCE = 0.001;
/**
 * Trading ends well before a venue takes a pair off its list: what was sent before is known by then. No
 * longer than that, so that stops are there still.
 */
const CLOSED_MS = 25_000;
const GONE_MS_MAX = 90_000;

interface DroppingOptions {
  readonly hub: ModelHub;
  readonly random: Random;
  readonly pairs: readonly Pair[];
  readonly now: () => number;
  readonly count: (name: string) => void;
  readonly setStatus: (pair: Pair, status: Instrument['status']) => void;
}

/**
 * A pair that leaves the venue: first nothing of it trades, then its orders end and the venue does not
 * know it any more. It comes back, so that the account can be compared to the last digit at the end.
 */
export class DroppingPairs {
  readonly #options: DroppingOptions;
  #leaving: { readonly pair: Pair; readonly goneMs: number; readonly backMs: number } | undefined;

  constructor(options: DroppingOptions) {
    this.#options = options;
  }

  isClosed(pair: Pair): boolean {
    return this.#leaving?.pair === pair;
  }

  act(): void {
    const { random, pairs, now, setStatus, hub } = this.#options;
    const leaving = this.#leaving;
    if (leaving === undefined) {
      if (random.next() >= LEAVE_CHANCE) return;
      // One on which something rests tells more than any other.
      const resting = hub.venue.engine.live().map(({ pair }) => pair);
      const some = resting.length > 0 ? resting : pairs;
      const pair = some[random.int(some.length)];
      if (pair === undefined) return;
      const goneMs = now() + CLOSED_MS;
      this.#leaving = { pair, goneMs, backMs: goneMs + random.next() * GONE_MS_MAX };
      setStatus(pair, 'halted');
      return;
    }
    if (now() >= leaving.backMs) this.comeBack();
    else if (now() >= leaving.goneMs && !hub.gone.has(leaving.pair)) this.#drop(leaving.pair);
  }

  comeBack(): void {
    const leaving = this.#leaving;
    if (leaving === undefined) return;
    this.#leaving = undefined;
    this.#options.hub.gone.delete(leaving.pair);
    this.#options.setStatus(leaving.pair, 'trading');
  }

  #drop(pair: Pair): void {
    const { hub, count } = this.#options;
    const { engine } = hub.venue;
    hub.gone.add(pair);
    count('pair dropped');
    for (const order of engine.live()) {
      if (order.pair !== pair || !isLive(order)) continue;
      engine.end(order, 'expired', '');
      count('order of a dropped pair');
    }
  }
}
