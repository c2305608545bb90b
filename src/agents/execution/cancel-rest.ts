import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import { NO_PAIR } from '#exchange/unknown-pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ABSENT } from './resolve.ts';
import { ordersEndedBy, type Outgoing } from './send.ts';

const REST_MS = 1_000;
/** Time for the comparisons of the account that it takes. */
const REST_MS_MAX = 30_000;
/** A query may lag behind an order that is there: so often that is likely, and nothing waits. */
const LAGS_MAX = 3;

/**
 * When a lane rests because the venue cannot cancel what it does not know. It would else be told to
 * again at once and for ever; and while a command is about an order, the order is not compared with
 * the account, which alone finds out that it is gone.
 */
export class CancelRest {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #untilMs = -Infinity;
  #misses = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  get isOn(): boolean {
    return this.#clock.monotonic() < this.#untilMs;
  }

  heard(command: Outgoing, answer: CommandOutcome): void {
    if (ordersEndedBy(command).length === 0 || answer.outcome === 'unknown') return;
    const code = answer.outcome === 'refused' ? answer.code : undefined;
    if (code === NO_PAIR) {
      this.#untilMs = this.#clock.monotonic() + REST_MS_MAX;
      return;
    }
    this.#misses = code === ABSENT ? this.#misses + 1 : 0;
    if (this.#misses <= LAGS_MAX) return;
    const restMs = REST_MS * 2 ** Math.min(this.#misses - LAGS_MAX - 1, 10);
    this.#untilMs = this.#clock.monotonic() + Math.min(restMs, REST_MS_MAX);
  }
}
