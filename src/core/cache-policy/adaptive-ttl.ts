/**
 * How long a value stays fresh, from how often its key is read and how often it changed. Short for
 * what changes often or is rarely read, long for what is read often and seldom changes, within the
 * bounds of its kind.
 *
 * If changes come at random with mean time C between them, a value of age t is outdated with the
 * probability 1 - exp(-t / C). The TTL is the age at which that reaches a tolerance, times a
 * factor that rises from 1/2 to 1 with the reads in such a time: what nobody reads need not be
 * kept at the edge of what is tolerated.
 */
export interface TtlBounds {
  readonly min: number;
  readonly max: number;
}

/** What is known of one key; see {@link noteLoad}. */
export interface KeyHistory {
  readonly digest: number;
  readonly loadedMs: number;
  readonly changedMs: number;
  /** Mean time between changes seen, smoothed; undefined before the first change. */
  readonly changeMs: number | undefined;
  /** Reads a second, smoothed. */
  readonly readsPerSecond: number;
}

const TOLERATED_OUTDATED = 0.2;
const SMOOTHING = 0.3;

/** History after a load at `nowMs` that gave a value with this digest. */
export function noteLoad(
  before: KeyHistory | undefined,
  load: { readonly digest: number; readonly nowMs: number; readonly reads: number },
): KeyHistory {
  const { digest, nowMs, reads } = load;
  if (before === undefined) {
    return { digest, loadedMs: nowMs, changedMs: nowMs, changeMs: undefined, readsPerSecond: 0 };
  }
  const seconds = Math.max(0.001, (nowMs - before.loadedMs) / 1_000);
  const readsPerSecond = smoothed(before.readsPerSecond, reads / seconds);
  if (digest === before.digest) return { ...before, loadedMs: nowMs, readsPerSecond };
  const seenMs = Math.max(1, nowMs - before.changedMs);
  const changeMs = before.changeMs === undefined ? seenMs : smoothed(before.changeMs, seenMs);
  return { digest, loadedMs: nowMs, changedMs: nowMs, changeMs, readsPerSecond };
}

export function adaptiveTtlMs(
  history: KeyHistory,
  options: { readonly bounds: TtlBounds; readonly defaultMs: number },
): number {
  const { bounds, defaultMs } = options;
  // A value that has not changed for longer than usual is at least as steady as that.
  const unchangedMs = history.loadedMs - history.changedMs;
  const changeMs =
    history.changeMs === undefined && unchangedMs === 0
      ? undefined
      : Math.max(history.changeMs ?? 0, unchangedMs);
  if (changeMs === undefined) return clamp(defaultMs, bounds);
  const edgeMs = -Math.log(1 - TOLERATED_OUTDATED) * changeMs;
  const reads = (history.readsPerSecond * edgeMs) / 1_000;
  return clamp(edgeMs * (0.5 + (0.5 * reads) / (reads + 1)), bounds);
}

function smoothed(before: number, now: number): number {
  return before + SMOOTHING * (now - before);
}

function clamp(ms: number, { min, max }: TtlBounds): number {
  return Math.round(Math.min(max, Math.max(min, ms)));
}
