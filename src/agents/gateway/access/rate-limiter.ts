/**
 * Buckets that fill evenly: a caller may use up a full one at once and then goes on at its rate.
 * Bounded: the bucket that was used longest ago goes first, which can only be to its user's favour.
 */
import type { Clock } from '#platform/clock/clock.ts';

export interface RateLimiter {
  /** Takes one from the caller's bucket, or says after how many milliseconds there is one again. */
  take(
    caller: string,
  ): { readonly isOver: false } | { readonly isOver: true; retryAfterMs: number };
}

export interface Rate {
  /** 0 sets no limit. */
  readonly count: number;
  readonly perMs: number;
}

const CALLERS_MAX = 10_000;

interface Bucket {
  left: number;
  atMs: number;
}

/** The rate may change while it runs. */
export function rateLimiter(rate: () => Rate, clock: Clock): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take: (caller) => {
      const { count, perMs } = rate();
      const oneMs = perMs / count;
      if (count === 0) return { isOver: false };
      const nowMs = clock.monotonic();
      const bucket = buckets.get(caller) ?? { left: count, atMs: nowMs };
      buckets.delete(caller);
      bucket.left = Math.min(count, bucket.left + (nowMs - bucket.atMs) / oneMs);
      bucket.atMs = nowMs;
      buckets.set(caller, bucket);
      if (buckets.size > CALLERS_MAX) dropOldest(buckets);
      if (bucket.left < 1) return { isOver: true, retryAfterMs: (1 - bucket.left) * oneMs };
      bucket.left -= 1;
      return { isOver: false };
    },
  };
}

function dropOldest(buckets: Map<string, Bucket>): void {
  const [oldest] = buckets.keys();
  if (oldest !== undefined) buckets.delete(oldest);
}
