/**
 * The generic cell rate algorithm: one number, the time at which the next request would be due if
 * all had come evenly. Requests may come ahead of it by `burst` of them.
 *
 * Invariant: in any 60 s (its end not included) no more than `ratePerMinute` requests of weight 1
 * are let go, since `burst` of them at once and the rest one each `intervalMs` make just that.
 */
export interface BucketShape {
  readonly intervalMs: number;
  readonly burst: number;
}

const MINUTE_MS = 60_000;
/** So much of a minute's requests may come at once. */
const BURST_FRACTION = 0.1;

export function bucketShape(ratePerMinute: number): BucketShape {
  const burst = Math.max(1, Math.floor(ratePerMinute * BURST_FRACTION));
  return { burst, intervalMs: MINUTE_MS / (ratePerMinute - burst + 1) };
}

export interface BucketTurn {
  /** Until the request may go; the turn is taken when `isTaken`. */
  readonly waitMs: number;
  readonly isTaken: boolean;
  readonly dueMs: number;
}

/** A turn for a request of `weight`, when it comes within `withinMs`; `dueMs` is the new state. */
export function takeTurn(
  shape: BucketShape,
  state: { readonly dueMs: number; readonly nowMs: number },
  wanted: { readonly weight: number; readonly withinMs: number },
): BucketTurn {
  const { intervalMs, burst } = shape;
  const { nowMs } = state;
  const dueMs = Math.max(state.dueMs, nowMs);
  // A request heavier than the burst waits until the bucket is full and no longer.
  const ahead = Math.max(0, burst - wanted.weight);
  const waitMs = Math.max(0, dueMs - nowMs - ahead * intervalMs);
  if (waitMs > wanted.withinMs) return { waitMs, isTaken: false, dueMs: state.dueMs };
  return { waitMs, isTaken: true, dueMs: dueMs + wanted.weight * intervalMs };
}
