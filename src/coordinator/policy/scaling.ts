/**
 * How many trading-workers there should be. More when clearing what waits would take too long,
 * fewer after a long time with nothing waiting. One step at a time, only after the same wish was
 * seen several times in a row, and with a pause after each change, so that a burst at the minute
 * does not make the number swing.
 */
export interface ScalingState {
  readonly wantsMore: number;
  readonly idleSinceMs: number | undefined;
  readonly changedMs: number | undefined;
}

export interface ScalingInput {
  /** Monotonic. */
  readonly nowMs: number;
  readonly workers: number;
  readonly waiting: number;
  readonly oldestMs: number;
  /** Mean over the workers; 0 = not known yet. */
  readonly evaluationMs: number;
}

export interface ScalingLimits {
  readonly min: number;
  readonly max: number;
  readonly upMs: number;
  readonly downAfterMs: number;
}

export const FRESH_SCALING: ScalingState = {
  wantsMore: 0,
  idleSinceMs: undefined,
  changedMs: undefined,
};

const SEEN_IN_A_ROW = 3;
// A new worker needs a second or two to start and as long again to show in the backlog.
const PAUSE_MS = 10_000;

export function stepScaling(
  state: ScalingState,
  input: ScalingInput,
  limits: ScalingLimits,
): { readonly state: ScalingState; readonly target: number } {
  const { nowMs, workers } = input;
  const clamped = Math.min(limits.max, Math.max(limits.min, workers));
  if (clamped !== workers) return changed(nowMs, clamped);
  const isPausing = state.changedMs !== undefined && nowMs - state.changedMs < PAUSE_MS;
  const clearingMs = (input.waiting * input.evaluationMs) / Math.max(1, workers);
  const isBehind = input.waiting > 0 && Math.max(clearingMs, input.oldestMs) > limits.upMs;
  const wantsMore = isBehind ? state.wantsMore + 1 : 0;
  const idleSinceMs = input.waiting === 0 ? (state.idleSinceMs ?? nowMs) : undefined;
  if (!isPausing && wantsMore >= SEEN_IN_A_ROW && workers < limits.max) {
    return changed(nowMs, workers + 1);
  }
  const isIdle = idleSinceMs !== undefined && nowMs - idleSinceMs >= limits.downAfterMs;
  if (!isPausing && isIdle && workers > limits.min) return changed(nowMs, workers - 1);
  return { state: { ...state, wantsMore, idleSinceMs }, target: workers };
}

function changed(nowMs: number, target: number): { state: ScalingState; target: number } {
  return { state: { wantsMore: 0, idleSinceMs: undefined, changedMs: nowMs }, target };
}
