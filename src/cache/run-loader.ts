import type { Clock } from '#platform/clock/clock.ts';
import { errorText, PermanentError, TransientError } from '#platform/errors.ts';
import type { Kind } from './kind.ts';
import { limitedWait } from './limited-wait.ts';
import type { Loader } from './shared-cache.ts';

export type Outcome<T> =
  | { readonly kind: 'value'; readonly value: T }
  /** There is no such value, and will not be soon. */
  | { readonly kind: 'none'; readonly error: PermanentError };

/** Longer than a read of the venue may take (`exchange.read_budget_ms`, 10 s unless changed). */
const LOAD_MS = 15_000;

/** Runs a loader within its time limit. Whatever may be better next time is a TransientError. */
export async function runLoader<T>(
  job: {
    readonly kind: Kind<T>;
    readonly key: string;
    readonly loader: Loader<T>;
    readonly isPrefetch: boolean;
  },
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Outcome<T>> {
  const { kind, key, loader, isPrefetch } = job;
  const details = { kind: kind.name, key };
  const stop = new AbortController();
  const late = (): TransientError =>
    new TransientError('cache-load', 'the load took too long', { details });
  try {
    const both = AbortSignal.any([signal, stop.signal]);
    // What nobody waits for yet yields to everything else.
    const priority = isPrefetch ? 'prefetch' : kind.priority;
    const work = loader(key, { signal: both, priority });
    return {
      kind: 'value',
      value: await limitedWait(work, { clock, waitMs: LOAD_MS, signal, late }),
    };
  } catch (error: unknown) {
    if (error instanceof PermanentError) return { kind: 'none', error };
    if (error instanceof TransientError) throw error;
    throw new TransientError('cache-load', errorText(error), { cause: error, details });
  } finally {
    stop.abort();
  }
}
