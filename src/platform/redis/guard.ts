/**
 * Puts a time limit and a bound on every command, because ioredis has neither while Redis is away:
 * a command waits for ever and the queue of commands grows for ever.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, TransientError } from '#platform/errors.ts';

export interface Guard {
  /** Waits for the connection within the limit, then runs the command within what is left. */
  run<T>(what: string, command: () => Promise<T>): Promise<T>;
  /** Like `run`, but fails at once while disconnected: for facts nobody wants late. */
  runNow<T>(what: string, command: () => Promise<T>): Promise<T>;
}

// Commands without an answer, also those whose caller gave up: some MB at the most.
const IN_FLIGHT_MAX = 5_000;

export function guardConnection(redis: Redis, clock: Clock, limitMs: number): Guard {
  let inFlight = 0;
  const waiters = new Set<() => void>();
  redis.on('ready', () => {
    const woken = [...waiters];
    waiters.clear();
    for (const wake of woken) wake();
  });

  async function whenReady(what: string): Promise<void> {
    if (redis.status === 'ready') return;
    if (waiters.size >= IN_FLIGHT_MAX) throw overloaded(what);
    const { promise, resolve } = Promise.withResolvers<void>();
    waiters.add(resolve);
    try {
      await withinLimit(promise, { clock, limitMs, what, code: 'redis-unavailable' });
    } finally {
      waiters.delete(resolve);
    }
  }

  async function issue<T>(what: string, command: () => Promise<T>, leftMs: number): Promise<T> {
    if (inFlight >= IN_FLIGHT_MAX) throw overloaded(what);
    inFlight += 1;
    const answer = command().finally(() => {
      inFlight -= 1;
    });
    try {
      return await withinLimit(answer, { clock, limitMs: leftMs, what, code: 'redis-timeout' });
    } catch (error) {
      throw asTransient(error, what);
    }
  }

  return {
    run: async (what, command) => {
      const startMs = clock.monotonic();
      await whenReady(what);
      return issue(what, command, Math.max(1, limitMs - (clock.monotonic() - startMs)));
    },
    runNow: async (what, command) => {
      if (redis.status !== 'ready') {
        throw new TransientError('redis-unavailable', 'Redis is not connected', {
          details: { what },
        });
      }
      return issue(what, command, limitMs);
    },
  };
}

/** Rejects with a TransientError when `work` takes longer; the work itself is not stopped. */
export async function withinLimit<T>(
  work: Promise<T>,
  limit: { clock: Clock; limitMs: number; what: string; code: string },
): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = limit.clock.after(limit.limitMs, () => {
    reject(
      new TransientError(limit.code, 'Redis did not answer in time', {
        details: { what: limit.what, limitMs: limit.limitMs },
      }),
    );
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    timer.cancel();
  }
}

function overloaded(what: string): TransientError {
  return new TransientError('redis-overloaded', 'too many commands wait for Redis', {
    details: { what, inFlightMax: IN_FLIGHT_MAX },
  });
}

function asTransient(error: unknown, what: string): DeskError {
  if (error instanceof DeskError) return error;
  return new TransientError('redis-failed', 'Redis refused a command', {
    cause: error,
    details: { what },
  });
}
