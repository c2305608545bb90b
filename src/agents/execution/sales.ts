import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Outgoing } from './send.ts';

/** Before a refused sale is tried again: doubled each time, up to the maximum. */
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 30_000;

/**
 * What a lane remembers of its sales: how many in a row left something, so that the next one goes
 * further, and how many the venue refused. A sale is tried for ever; the first refusals are answered
 * at once with the next step, what the venue refused at market too it mostly refuses again.
 */
export class Sales {
  readonly #clock: Clock;
  /** How many steps a sale may take before it goes to market. */
  readonly #steps: () => number;
  #misses = 0;
  #refusals = 0;
  #fromMs = 0;
  #mayReplace = true;

  constructor(clock: Clock, steps: () => number) {
    this.#clock = clock;
    this.#steps = steps;
  }

  get misses(): number {
    return this.#misses;
  }

  /** False after the venue refused to put a sale in the place of a stop. */
  get mayReplace(): boolean {
    return this.#mayReplace;
  }

  get mustPause(): boolean {
    return this.#clock.monotonic() < this.#fromMs;
  }

  heard(command: Outgoing, answer: CommandOutcome): void {
    if (command.kind === 'replace' && answer.outcome === 'refused') {
      this.#mayReplace = false;
      return;
    }
    const { leg, clientOrderId } = command.order;
    if (command.kind === 'cancel' || (leg !== 'exit' && leg !== 'flatten')) return;
    const end = endOf(answer, clientOrderId);
    this.#refusals = end === 'rejected' ? this.#refusals + 1 : 0;
    if (end === 'sold') return;
    this.#misses += 1;
    if (this.#refusals <= this.#steps()) return;
    const pauseMs = PAUSE_MS * 2 ** Math.min(this.#refusals - this.#steps() - 1, 10);
    this.#fromMs = this.#clock.monotonic() + Math.min(pauseMs, PAUSE_MAX_MS);
  }

  /** What was to be sold is sold. */
  end(): void {
    this.#misses = 0;
    this.#refusals = 0;
    this.#fromMs = 0;
    this.#mayReplace = true;
  }
}

function endOf(
  answer: CommandOutcome,
  clientOrderId: string,
): 'sold' | 'left something' | 'rejected' {
  if (answer.outcome !== 'accepted') return 'rejected';
  const own = answer.events.filter((event) => event.clientOrderId === clientOrderId);
  if (own.some(({ kind }) => kind === 'rejected')) return 'rejected';
  return own.some(({ kind }) => ENDS.has(kind)) ? 'left something' : 'sold';
}

const ENDS: ReadonlySet<string> = new Set(['cancelled', 'expired', 'expired-in-match']);
