/**
 * Moves of the fair price to order: a crash on a given day, which no seed brings when a test needs
 * it. A shock goes down (or up) over its ramp, stays, and comes back when its hold is over; the log
 * prices of shocks that overlap add up.
 */
export interface PriceShock {
  /** Undefined = every coin at once. */
  readonly symbol?: string | undefined;
  /** -0.2 = the price loses a fifth. */
  readonly fraction: number;
  readonly startMs: number;
  /** How long it takes to get there, and back. */
  readonly rampMs: number;
  /** How long it stays there; undefined = for good. */
  readonly holdMs?: number | undefined;
}

/** More at once is a mistake of the caller. */
const SHOCKS_MAX = 20;

export class PriceShocks {
  #shocks: PriceShock[] = [];

  /** False when there are too many. */
  add(shock: PriceShock): boolean {
    this.#shocks = this.#shocks.filter((other) => endMs(other) > shock.startMs);
    if (this.#shocks.length >= SHOCKS_MAX) return false;
    this.#shocks.push(shock);
    return true;
  }

  clear(): void {
    this.#shocks = [];
  }

  list(): readonly PriceShock[] {
    return this.#shocks;
  }

  /** What is added to the log price of a symbol. */
  offsetAt(symbol: string, timeMs: number): number {
    let offset = 0;
    for (const shock of this.#shocks) {
      if (shock.symbol !== undefined && shock.symbol !== symbol) continue;
      offset += Math.log1p(shock.fraction) * shareAt(shock, timeMs);
    }
    return offset;
  }
}

/** 0 before it, 1 while it is there in full. */
function shareAt({ startMs, rampMs, holdMs }: PriceShock, timeMs: number): number {
  const there = ramp(timeMs - startMs, rampMs);
  return holdMs === undefined ? there : there - ramp(timeMs - startMs - rampMs - holdMs, rampMs);
}

function ramp(sinceMs: number, rampMs: number): number {
  if (sinceMs <= 0) return 0;
  return sinceMs >= rampMs ? 1 : sinceMs / rampMs;
}

function endMs({ startMs, rampMs, holdMs }: PriceShock): number {
  return holdMs === undefined ? Infinity : startMs + 2 * rampMs + holdMs;
}
