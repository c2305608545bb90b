/**
 * Time is an argument (law 8): everything that reads the time or waits takes a Clock. The system
 * clock lives here, the fake one in `fake-clock.ts`; nothing else calls Date.now or a timer.
 */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time, epoch milliseconds (UTC). May step; never use it to measure a duration. */
  now(): number;
  /** Monotonic milliseconds since an arbitrary start; for durations and deadlines. */
  monotonic(): number;
  /** Runs `run` once after `delayMs`. The timer does not keep the process alive when `unref`. */
  after(delayMs: number, run: () => void, options?: { unref?: boolean }): Timer;
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
