import type { Pair } from '#core/model/pair.ts';
import type { MarketConfig } from '#exchange/config.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { freshRandom } from '#platform/random.ts';
import type { VenueFacts } from './venue.ts';

/** Opens the venue as the desk does, with public reads only. */
export async function readVenue(options: {
  readonly config: MarketConfig;
  readonly pairs: readonly Pair[] | 'all';
  readonly quoteAsset: string;
  readonly clock: Clock;
}): Promise<VenueFacts> {
  try {
    const venue = await openMarketVenue({
      ...options,
      random: freshRandom(),
      log: silentLog(),
      metrics: declareVenueMetrics(createMetrics({ agent: 'doctor', instance: 'doctor' })),
    });
    const { id, clock, instruments } = venue;
    await venue.close();
    const roundTripMs = clock.uncertaintyMs();
    return { kind: 'read', id, offsetMs: clock.offsetMs(), roundTripMs, instruments };
  } catch (error) {
    return { kind: 'away', why: errorText(error) };
  }
}
