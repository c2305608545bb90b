import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { backoffMs } from '#platform/backoff.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { retryAfterOf, TransientError } from '#platform/errors.ts';
import type { Random } from '#platform/random.ts';
import type { Priority, WeightBudget } from './budget.ts';
import { readError } from './errors.ts';
import type { VenueMetrics } from './metrics.ts';

/**
 * Every read over REST goes through here: weight, breaker, error table, retries with jitter inside
 * one time budget. ccxt itself never repeats anything.
 */
export interface ReadCall {
  /** Name for the metrics, e.g. `klines`. */
  readonly name: string;
  readonly weight: number;
  /** `data` unless said. */
  readonly priority?: Priority | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type GuardedRead = <T>(call: ReadCall, run: () => Promise<T>) => Promise<T>;

/** Five failures in a row are no accident; a second later one call tries again. */
const FAILURES_TO_OPEN = 5;
const HALF_OPEN_AFTER_MS = 1_000;
/** A venue answers in tens of milliseconds; a request that hangs fails only at its own time limit. */
const SLOW_MS = 1_000;
const RETRY = { firstMs: 100, mostMs: 2_000 };

export function createGuardedRead(options: {
  clock: Clock;
  random: Random;
  budget: WeightBudget;
  metrics: VenueMetrics;
  readBudgetMs: number;
}): GuardedRead {
  const { clock, random, budget, metrics, readBudgetMs } = options;
  // Only a venue that does not answer opens the breaker; a limit has its own block in the budget.
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof TransientError && error.code === 'venue-unreachable'),
    { halfOpenAfter: HALF_OPEN_AFTER_MS, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) },
  );

  async function attempt<T>(call: ReadCall, run: () => Promise<T>, withinMs: number): Promise<T> {
    const { weight, priority, signal } = call;
    return breaker.execute(async () => {
      // Taken in here: what the breaker does not send costs nothing. All others wait for the one that
      // tries a venue again, so it does not wait for weight meanwhile.
      const isTrial = breaker.state === CircuitState.HalfOpen;
      await budget.take(weight, { priority, withinMs: isTrial ? 0 : withinMs, signal });
      let outcome = 'ok';
      const sentMs = clock.monotonic();
      const onSlow = (): void => metrics.slowRequests.inc({ call: call.name });
      const slow = clock.after(SLOW_MS, onSlow, { unref: true });
      try {
        return await untilAborted(run(), signal);
      } catch (error: unknown) {
        signal?.throwIfAborted();
        const known = readError(error);
        outcome = known.code;
        if (known.code === 'venue-rate-limited') {
          budget.block(retryAfterMs(known) ?? 0);
          // The next answer says that it is over; until then nothing is asked.
          metrics.blockedSeconds.set(budget.blockedMs() / 1_000);
        }
        throw known;
      } finally {
        slow.cancel();
        metrics.requests.inc({ call: call.name, outcome });
        metrics.requestSeconds.observe({ call: call.name }, (clock.monotonic() - sentMs) / 1_000);
      }
    });
  }

  return async (call, run) => {
    const deadlineMs = clock.monotonic() + readBudgetMs;
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt(call, run, deadlineMs - clock.monotonic());
      } catch (error: unknown) {
        call.signal?.throwIfAborted();
        const known = isBrokenCircuitError(error)
          ? new TransientError('venue-unreachable', 'the venue did not answer lately', {
              details: { retryAfterMs: HALF_OPEN_AFTER_MS },
            })
          : error;
        if (!(known instanceof TransientError)) throw known;
        const pauseMs = Math.max(backoffMs(tries, random, RETRY), retryAfterMs(known) ?? 0);
        if (clock.monotonic() + pauseMs >= deadlineMs) throw known;
        await clock.sleep(pauseMs, call.signal);
      }
    }
  };
}

function retryAfterMs(error: unknown): number | undefined {
  return error instanceof TransientError ? retryAfterOf(error) : undefined;
}

/** The request itself ends at its own time limit; nobody waits for it longer than wanted. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
