export interface BackupTimes {
  readonly nowMs: number;
  /** When the desk started. */
  readonly sinceMs: number;
  /** Undefined when there is no backup. */
  readonly lastMs: number | undefined;
  /** When the last try failed; undefined when it did not. */
  readonly failedMs: number | undefined;
  readonly everyMs: number;
}

/** A start has better things to do than to copy. */
const AFTER_START_MS = 5 * 60_000;
const AFTER_FAILURE_MS = 15 * 60_000;

/** A wall clock that was set back makes none due early and none for ever. */
export function isBackupDue(times: BackupTimes): boolean {
  const { nowMs, sinceMs, lastMs, failedMs, everyMs } = times;
  if (nowMs < sinceMs + AFTER_START_MS) return false;
  if (failedMs !== undefined && nowMs >= failedMs && nowMs < failedMs + AFTER_FAILURE_MS)
    return false;
  return lastMs === undefined || lastMs > nowMs || nowMs >= lastMs + everyMs;
}
