/**
 * Which of our requests may still count in the venue's running minute. The venue counts whole minutes
 * by its own clock and a request when it arrives, so what was sent within `GUARD_MS` of a minute's
 * turn counts in both. For clocks and ways that differ by less than that, no minute of the venue
 * holds more than the window does:
 *
 *   a minute of the venue begins at M + d, |d| <= G. A request at t in it looks back to M - G or
 *   further, since the window begins anew only at M + G.
 */
export const MINUTE_MS = 60_000;
export const GUARD_MS = 2_000;
const SLOT_MS = 1_000;

export function windowStart(nowMs: number): number {
  return Math.floor((nowMs - GUARD_MS) / MINUTE_MS) * MINUTE_MS - GUARD_MS;
}

/** Milliseconds until the window begins anew. */
export function untilTurn(nowMs: number): number {
  return windowStart(nowMs) + MINUTE_MS + 2 * GUARD_MS - nowMs;
}

export interface WeightWindow {
  /** Weight that may count in the running minute: ours, and what others were seen to use. */
  used(nowMs: number): number;
  add(nowMs: number, weight: number): void;
  /** The venue's own count; what of it is not ours is somebody else's. */
  observe(nowMs: number, usedWeight: number): void;
}

/** The window of one process; `platform/redis/shared-window.ts` is the same for many. */
export function createWeightWindow(): WeightWindow {
  const slots = new Map<number, number>();
  let startMs = -Infinity;
  let foreign = 0;

  function roll(nowMs: number): void {
    const current = windowStart(nowMs);
    if (current === startMs) return;
    startMs = current;
    foreign = 0;
    for (const slot of slots.keys()) if (slot * SLOT_MS < startMs) slots.delete(slot);
  }

  function own(): number {
    let sum = 0;
    for (const weight of slots.values()) sum += weight;
    return sum;
  }

  return {
    used: (nowMs) => {
      roll(nowMs);
      return own() + foreign;
    },
    add: (nowMs, weight) => {
      roll(nowMs);
      const slot = Math.floor(nowMs / SLOT_MS);
      slots.set(slot, (slots.get(slot) ?? 0) + weight);
    },
    observe: (nowMs, usedWeight) => {
      roll(nowMs);
      foreign = Math.max(foreign, usedWeight - own());
    },
  };
}
