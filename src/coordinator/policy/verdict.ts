import type { Heartbeat } from '#platform/lifecycle/contract.ts';

/**
 * Why a running process is ended and started again. Judged by the beats of its IPC channel alone.
 * An exit needs no judging: the system tells.
 */
export type Verdict =
  | { readonly kind: 'silent'; readonly beatAgeMs: number }
  | { readonly kind: 'blocked'; readonly loopDelayMs: number }
  | { readonly kind: 'over-memory'; readonly pssBytes: number; readonly limitBytes: number }
  | { readonly kind: 'no-progress'; readonly progressAgeMs: number }
  | { readonly kind: 'not-ready'; readonly startingForMs: number }
  | { readonly kind: 'flood'; readonly messages: number };

export interface VerdictLimits {
  readonly silentMs: number;
  readonly blockedMs: number;
  readonly memoryBytes: number;
  readonly readyWithinMs: number;
  /** Undefined: progress is not judged. */
  readonly noProgressMs: number | undefined;
  readonly progressNeedsWork: boolean;
}

/** Times are of the coordinator's monotonic clock, except those inside the beats. */
export interface Observation {
  readonly nowMs: number;
  readonly startedMs: number;
  readonly readyMs: number | undefined;
  /** When the last beat was read, or the start. */
  readonly heardMs: number;
  /** The last beats, newest last; at least three once the agent has run so long. */
  readonly beats: readonly Heartbeat[];
}

/** Most beats that `judge` looks at. */
export const BEATS_KEPT = 3;

// Loading modules blocks a process that starts; on a busy small machine for seconds.
const STARTING_SILENT_FACTOR = 4;

export function judge(seen: Observation, limits: VerdictLimits): Verdict | undefined {
  const isReady = seen.readyMs !== undefined;
  const silentMs = isReady ? limits.silentMs : limits.silentMs * STARTING_SILENT_FACTOR;
  const beatAgeMs = seen.nowMs - seen.heardMs;
  if (beatAgeMs > silentMs) return { kind: 'silent', beatAgeMs };
  const startingForMs = seen.nowMs - seen.startedMs;
  if (!isReady && startingForMs > limits.readyWithinMs) return { kind: 'not-ready', startingForMs };
  const beat = seen.beats.at(-1);
  if (beat === undefined) return undefined;
  if (beat.pssBytes > limits.memoryBytes) {
    return { kind: 'over-memory', pssBytes: beat.pssBytes, limitBytes: limits.memoryBytes };
  }
  if (!isReady) return undefined;
  return blocked(seen.beats, limits) ?? withoutProgress(beat, limits);
}

function blocked(beats: readonly Heartbeat[], limits: VerdictLimits): Verdict | undefined {
  const recent = beats.slice(-BEATS_KEPT);
  if (recent.length < BEATS_KEPT) return undefined;
  // One long pause is a pause; the same in every beat means that nothing is served in time.
  const loopDelayMs = Math.min(...recent.map((beat) => beat.loopDelayMs));
  return loopDelayMs > limits.blockedMs ? { kind: 'blocked', loopDelayMs } : undefined;
}

function withoutProgress(beat: Heartbeat, limits: VerdictLimits): Verdict | undefined {
  if (limits.noProgressMs === undefined || beat.progressMs === undefined) return undefined;
  if (limits.progressNeedsWork && beat.workInHand + beat.workWaiting === 0) return undefined;
  const progressAgeMs = beat.atMs - beat.progressMs;
  return progressAgeMs > limits.noProgressMs ? { kind: 'no-progress', progressAgeMs } : undefined;
}

/** A process that still answers is asked to close; one that does not is killed. */
export function canDrain(verdict: Verdict): boolean {
  return verdict.kind === 'over-memory' || verdict.kind === 'no-progress';
}

export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'silent':
      return `no beat for ${seconds(verdict.beatAgeMs)}`;
    case 'blocked':
      return `event loop blocked for ${seconds(verdict.loopDelayMs)} again and again`;
    case 'over-memory':
      return `${megabytes(verdict.pssBytes)} of memory, limit ${megabytes(verdict.limitBytes)}`;
    case 'no-progress':
      return `beats but made no progress for ${seconds(verdict.progressAgeMs)}`;
    case 'not-ready':
      return `not ready after ${seconds(verdict.startingForMs)}`;
    case 'flood':
      return `${verdict.messages} messages in one second`;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MB`;
}
