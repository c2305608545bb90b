import type { Random } from '#platform/random.ts';

/** Pause before try `attempt` (0 = first repeat): doubling, capped, with the upper half random. */
export function backoffMs(
  attempt: number,
  random: Random,
  bounds: { readonly firstMs: number; readonly mostMs: number },
): number {
  const fullMs = Math.min(bounds.mostMs, bounds.firstMs * 2 ** Math.min(attempt, 20));
  return fullMs / 2 + random.next() * (fullMs / 2);
}

/**
 * A venue that restarts is back within seconds, so the first tries stay quick: about four seconds of
 * them, and for four streams fifty connections where Binance allows 300 in five minutes.
 */
const QUICK_TRIES = 12;
const QUICK = { firstMs: 100, mostMs: 500 };
const SLOW = { firstMs: 1_000, mostMs: 5_000 };

/** Pause before a lost stream is opened again; the random half spreads its clients. */
export function reconnectMs(failures: number, random: Random): number {
  return failures < QUICK_TRIES
    ? backoffMs(failures, random, QUICK)
    : backoffMs(failures - QUICK_TRIES, random, SLOW);
}
