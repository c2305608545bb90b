import type { Clock } from '#platform/clock/clock.ts';

/** Waits no longer than this and no longer than wanted; the work itself goes on. */
export async function limitedWait<T>(
  work: Promise<T>,
  limit: {
    readonly clock: Clock;
    readonly waitMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly late: () => Error;
  },
): Promise<T> {
  const { clock, waitMs, signal, late } = limit;
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    const reason: unknown = signal?.reason;
    reject(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
  };
  const timer = clock.after(waitMs, () => reject(late()));
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  // Who is no longer waited for may still fail.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, ended]);
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}
