import type { Pair } from '#core/model/pair.ts';
import type { MarketConfig } from '#exchange/config.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import { openToolBudget } from '#exchange/shared-weight.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { freshRandom } from '#platform/random.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import type { VenueFacts } from './venue.ts';

/** Opens the venue as the desk does, with public reads only. */
export async function readVenue(options: {
  readonly config: MarketConfig;
  readonly pairs: readonly Pair[] | 'all';
  readonly quoteAsset: string;
  /** Of a desk that runs: both count their requests together. */
  readonly redis: RedisAddress | undefined;
  readonly clock: Clock;
}): Promise<VenueFacts> {
  const { config, clock, redis } = options;
  const random = freshRandom();
  const shared = openToolBudget({ config, address: redis, clock, random });
  try {
    const venue = await openMarketVenue({
      ...options,
      budget: shared.budget,
      random,
      log: silentLog(),
      metrics: declareVenueMetrics(createMetrics({ agent: 'doctor', instance: 'doctor' })),
    });
    const { id, clock: venueClock, instruments } = venue;
    await venue.close();
    const roundTripMs = venueClock.uncertaintyMs();
    return { kind: 'read', id, offsetMs: venueClock.offsetMs(), roundTripMs, instruments };
  } catch (error) {
    return { kind: 'away', why: errorText(error) };
  } finally {
    shared.close();
  }
}
