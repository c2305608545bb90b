import type { Pair } from '#core/model/pair.ts';
import type { MarketConfig } from '#exchange/config.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { freshRandom } from '#platform/random.ts';

/** The venue's public side, for the prices of the tiny orders. The caller closes it. */
export async function openMarket(options: {
  readonly config: MarketConfig;
  readonly pair: Pair;
  readonly quoteAsset: string;
  readonly clock: Clock;
}): Promise<MarketVenue> {
  const { pair, ...rest } = options;
  return await openMarketVenue({
    ...rest,
    pairs: [pair],
    random: freshRandom(),
    log: silentLog(),
    metrics: declareVenueMetrics(createMetrics({ agent: 'conformance', instance: 'conformance' })),
  });
}
