import type { Pair } from '#core/model/pair.ts';
import type { MarketConfig } from '#exchange/config.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import { openToolBudget } from '#exchange/shared-weight.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { freshRandom } from '#platform/random.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';

/** The venue's public side, for the prices of the tiny orders. The caller closes it. */
export async function openMarket(options: {
  readonly config: MarketConfig;
  readonly pair: Pair;
  readonly quoteAsset: string;
  /** Of a desk that runs: both count their requests together. */
  readonly redis: RedisAddress | undefined;
  readonly clock: Clock;
}): Promise<MarketVenue> {
  const { pair, config, quoteAsset, clock, redis } = options;
  const random = freshRandom();
  const shared = openToolBudget({ config, address: redis, clock, random });
  const venue = await openMarketVenue({
    config,
    quoteAsset,
    clock,
    pairs: [pair],
    budget: shared.budget,
    random,
    log: silentLog(),
    metrics: declareVenueMetrics(createMetrics({ agent: 'conformance', instance: 'conformance' })),
  }).catch((error: unknown) => {
    shared.close();
    throw error;
  });
  return { ...venue, close: () => venue.close().finally(() => shared.close()) };
}
