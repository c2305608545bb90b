import { backoffMs } from '#platform/backoff.ts';
import type { Random } from '#platform/random.ts';

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
