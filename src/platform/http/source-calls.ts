import { bulkhead, isBulkheadRejectedError } from 'cockatiel';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock/clock.ts';
import { DeskError, retryAfterOf, TransientError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { HttpLimits } from './http-limits.ts';
import type { SourceOptions } from './http-source.ts';
import type { HttpMetrics } from './metrics.ts';
import { createSourceBreaker } from './source-breaker.ts';
import { busy, timedOut } from './source-errors.ts';
import type { SourceRate } from './source-rate.ts';

/**
 * What stands around every request to one source, from the outside in: a bounded number of calls,
 * tries with pauses between them inside one time budget, the breaker, the turn in the rate and the
 * time limit of a try. Pauses and limits are of the clock that is passed, which the policies of
 * cockatiel do not know: of those only the bulkhead is used.
 */
export interface SourceCalls {
  run<T>(call: SourceCall, attempt: (tried: Try) => Promise<T>): Promise<T>;
  blockedMs(): number;
}

interface SourceCall {
  readonly weight: number;
  /** A write, or anything that changes something there, is sent once. */
  readonly isRepeatable: boolean;
  readonly signal: AbortSignal | undefined;
}

interface Try {
  readonly index: number;
  readonly signal: AbortSignal;
}

interface CallOptions {
  readonly source: SourceOptions;
  readonly rate: SourceRate;
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: HttpMetrics;
}

const TRIES_MAX = 3;
const PAUSE = { firstMs: 500, mostMs: 8_000 };

export function createSourceCalls(options: CallOptions): SourceCalls {
  const { source, rate, limits, clock, random, metrics } = options;
  const { name, timeoutMs, withinMs = 3 * timeoutMs } = source;
  const room = bulkhead(limits.concurrentPerSourceMax, limits.waitingPerSourceMax);
  const breaker = createSourceBreaker({ name, clock, metrics });
  const send = createSend(options);

  async function tries<T>(call: SourceCall, attempt: (tried: Try) => Promise<T>): Promise<T> {
    const deadlineMs = clock.monotonic() + withinMs;
    for (let index = 0; ; index += 1) {
      try {
        const leftMs = Math.max(0, deadlineMs - clock.monotonic());
        return await breaker.execute(() => send({ ...call, leftMs, index }, attempt));
      } catch (error) {
        call.signal?.throwIfAborted();
        if (!(error instanceof TransientError) || !call.isRepeatable) throw error;
        const pauseMs = Math.max(backoffMs(index, random, PAUSE), retryAfterOf(error) ?? 0);
        const isLast = index + 1 >= TRIES_MAX || clock.monotonic() + pauseMs >= deadlineMs;
        if (isLast) throw error;
        await clock.sleep(pauseMs, call.signal);
      }
    }
  }

  return {
    run: async (call, attempt) => {
      call.signal?.throwIfAborted();
      metrics.waiting.inc();
      try {
        return await room.execute(() => tries(call, attempt), call.signal);
      } catch (error) {
        call.signal?.throwIfAborted();
        if (isBulkheadRejectedError(error)) throw busy({ source: name }, 'too many calls at once');
        throw error;
      } finally {
        metrics.waiting.dec();
      }
    },
    blockedMs: () => Math.ceil(Math.max(rate.shutMs(), breaker.restsMs())),
  };
}

type Send = <T>(
  call: SourceCall & { readonly leftMs: number; readonly index: number },
  attempt: (tried: Try) => Promise<T>,
) => Promise<T>;

/** One try: its turn in the rate, then the request within its time, measured. */
function createSend({ source, rate, clock, metrics }: CallOptions): Send {
  const { name, timeoutMs } = source;

  async function measured<T>(attempt: () => Promise<T>): Promise<T> {
    const startMs = clock.monotonic();
    try {
      return await attempt();
    } catch (error) {
      // Success counts itself: it knows whether anything was new.
      const outcome = error instanceof DeskError ? error.code : 'aborted';
      metrics.requests.inc({ source: name, outcome });
      throw error;
    } finally {
      metrics.requestSeconds.observe({ source: name }, (clock.monotonic() - startMs) / 1_000);
    }
  }

  return async ({ weight, signal, leftMs, index }, attempt) => {
    const fromMs = clock.monotonic();
    await rate.take({ weight, withinMs: leftMs, signal });
    metrics.waitSeconds.observe({ source: name }, (clock.monotonic() - fromMs) / 1_000);
    const limit = { clock, timeoutMs, signal, source: name };
    try {
      return await measured(() => withinTime(limit, (until) => attempt({ index, signal: until })));
    } catch (error) {
      if (error instanceof TransientError && error.code === 'source-rate-limited') {
        const forMs = retryAfterOf(error) ?? 0;
        metrics.blockedSeconds.set({ source: name }, forMs / 1_000);
        await rate.shut(forMs);
      }
      throw error;
    }
  };
}

/** Aborts a try at its time limit, and with the caller. */
async function withinTime<T>(
  limit: { clock: Clock; timeoutMs: number; signal: AbortSignal | undefined; source: string },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, timeoutMs, signal, source } = limit;
  const own = new AbortController();
  const timer = clock.after(timeoutMs, () => own.abort(timedOut({ source }, timeoutMs)));
  const both = signal === undefined ? own.signal : AbortSignal.any([own.signal, signal]);
  try {
    return await run(both);
  } finally {
    timer.cancel();
  }
}
