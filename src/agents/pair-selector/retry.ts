/**
 * When a run of the chain that failed is tried again, sooner than its turn: an hour is long for a
 * market that was away for some seconds. What the data agent or a source could not give now is asked
 * for with growing pauses; what is wrong with the chain itself waits for the next turn. While there is
 * no universe at all the desk stands still, so whatever went wrong is tried again.
 */
import { backoffMs } from '#platform/backoff.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { retryAfterOf, TransientError } from '#platform/errors.ts';
import type { Random } from '#platform/random.ts';

export interface Retry {
  /** A run gave no universe: why, in words; what was thrown, if anything was. */
  failed(why: string, error: unknown, hasUniverse: boolean): void;
  /** A run ended well. */
  done(): void;
  /** What is wrong since the last run, and when it is tried again. */
  problem(): string | undefined;
  isDue(): boolean;
  /** Runs that failed since the last one that did not. */
  failures(): number;
}

const PAUSE = { firstMs: 10_000, mostMs: 300_000 };
const PAUSE_WITHOUT = { firstMs: 3_000, mostMs: 15_000 };

export function createRetry({
  clock,
  random,
}: {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: Random;
}): Retry {
  let failures = 0;
  let dueMs = Infinity;
  let problem: string | undefined;

  return {
    failed: (why, error, hasUniverse) => {
      const bounds = hasUniverse ? PAUSE : PAUSE_WITHOUT;
      const pauseMs = Math.max(
        Math.round(backoffMs(failures, random, bounds)),
        Math.min(askedFor(error), bounds.mostMs),
      );
      failures += 1;
      const isTried = !hasUniverse || error instanceof TransientError;
      dueMs = isTried ? clock.monotonic() + pauseMs : Infinity;
      const seconds = Math.ceil(pauseMs / 1_000);
      problem = isTried ? `${why}; tried again after ${seconds} s` : why;
    },
    done: () => {
      failures = 0;
      dueMs = Infinity;
      problem = undefined;
    },
    problem: () => problem,
    isDue: () => clock.monotonic() >= dueMs,
    failures: () => failures,
  };
}

/** Whoever could not give it may have said when to come again. */
function askedFor(error: unknown): number {
  const asked = error instanceof TransientError ? retryAfterOf(error) : undefined;
  return asked !== undefined && Number.isFinite(asked) ? Math.max(0, asked) : 0;
}
