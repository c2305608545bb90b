/**
 * When a process that died is started again. A death long after ready restarts at once: that is
 * how a killed agent is back in seconds. A death before ready, or soon after it, is likely to
 * repeat, so those wait longer each time. Five of them in a minute are a crash loop: the agent
 * counts as degraded and is tried slowly, for ever, until one start lasts.
 */
export interface RestartHistory {
  /** Early deaths of the last minute, oldest first. */
  readonly earlyMs: readonly number[];
  /** Early deaths since the last start that lasted. */
  readonly inARow: number;
  /** Stays until a start lasts: the slow tries themselves thin out the minute. */
  readonly isCrashLoop: boolean;
}

export interface Death {
  /** Monotonic. */
  readonly atMs: number;
  /** How long it had been ready; undefined when it never was. */
  readonly readyForMs: number | undefined;
}

export interface RestartPlan {
  readonly history: RestartHistory;
  readonly delayMs: number;
}

export const EARLY_MS = 10_000;
const CRASH_LOOP_DEATHS = 5;
const CRASH_LOOP_WINDOW_MS = 60_000;
const FIRST_DELAY_MS = 250;
export const DELAY_MS_MAX = 30_000;

export const FRESH_HISTORY: RestartHistory = { earlyMs: [], inARow: 0, isCrashLoop: false };

/** `jitter` is a random number in [0, 1): delays are shortened by up to half. */
export function planRestart(history: RestartHistory, death: Death, jitter: number): RestartPlan {
  const hasLasted = death.readyForMs !== undefined && death.readyForMs >= EARLY_MS;
  if (hasLasted) return { history: FRESH_HISTORY, delayMs: 0 };
  const recent = history.earlyMs.filter((atMs) => death.atMs - atMs < CRASH_LOOP_WINDOW_MS);
  const earlyMs = [...recent, death.atMs].slice(-CRASH_LOOP_DEATHS);
  const inARow = history.inARow + 1;
  const isCrashLoop = history.isCrashLoop || earlyMs.length >= CRASH_LOOP_DEATHS;
  const doubledMs = FIRST_DELAY_MS * 2 ** Math.min(inARow - 1, 10);
  const fullMs = isCrashLoop ? DELAY_MS_MAX : Math.min(DELAY_MS_MAX, doubledMs);
  return { history: { earlyMs, inARow, isCrashLoop }, delayMs: fullMs * (1 - jitter / 2) };
}
