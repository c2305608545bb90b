import type { Clock } from '#platform/clock/clock.ts';
import type { MarketVenue } from './market-data.ts';

/** A measured clock drifts by some milliseconds a minute. */
const CALM_MS = 60_000;
/** Binance refuses what is stamped a second in its future; half of that is worth a measurement. */
const OFF_BY_MS = 500;

/**
 * Keeps the clock of an open venue true; to be called every few seconds. It is measured each minute,
 * and at once when one question to the venue says that it is off. Throws while the venue cannot be
 * asked.
 */
export function keepVenueClock(
  venue: Pick<MarketVenue, 'clock' | 'reads' | 'isExact'>,
  clock: Clock,
): (signal: AbortSignal) => Promise<void> {
  let measuredMs = clock.monotonic();

  async function isTrue(signal: AbortSignal): Promise<boolean> {
    if (!venue.clock.isSynchronised() || clock.monotonic() - measuredMs >= CALM_MS) return false;
    // What the question costs is known of Binance only.
    if (!venue.isExact) return true;
    const askedMs = clock.monotonic();
    const serverMs = await venue.reads.serverTimeMs(signal);
    // An answer that took long says as little as a measurement made of such would.
    if (clock.monotonic() - askedMs >= OFF_BY_MS) return true;
    return Math.abs(serverMs - venue.clock.now()) < OFF_BY_MS;
  }

  return async (signal) => {
    if (await isTrue(signal)) return;
    await venue.clock.measure(signal);
    measuredMs = clock.monotonic();
  };
}
