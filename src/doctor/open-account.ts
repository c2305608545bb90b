import { ExchangeConfig } from '#exchange/config.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openToolBudget } from '#exchange/shared-weight.ts';
import { openTradingVenue } from '#exchange/trading/open-trading-venue.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import { unlockKeys } from '#exchange/unlock-keys.ts';
import type { KeystoreAccess } from '#exchange/unlock-keys.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { freshRandom } from '#platform/random.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';

/** The account behind the keys of a config, for a look; the caller closes it. */
export async function openAccount(options: {
  /** Section `exchange`, with the keys of the practice exchange filled in. */
  readonly exchange: unknown;
  readonly access: KeystoreAccess | undefined;
  readonly pairs: readonly Pair[];
  /** Of a desk that runs: both count their requests together. */
  readonly redis: RedisAddress | undefined;
  readonly clock: Clock;
  /** Venue time minus the clock of this machine. */
  readonly offsetMs: number;
}): Promise<TradingVenue> {
  const { access, pairs, clock, offsetMs, redis } = options;
  // A command has no log to keep them out of.
  const exchange = await unlockKeys(
    ExchangeConfig.parse(options.exchange),
    access,
    () => undefined,
  );
  const { api_key: apiKey, api_secret: secret } = exchange;
  if (apiKey === null || secret === null) throw new ConfigError('production has no keys');
  const random = freshRandom();
  const shared = openToolBudget({ config: exchange, address: redis, clock, random });
  const venue = await openTradingVenue({
    config: exchange,
    keys: { apiKey, secret },
    pairs: () => pairs,
    // What is signed must not be ahead of the venue.
    clock: { ...clock, now: () => Math.floor(clock.now() + offsetMs) },
    random,
    log: silentLog(),
    metrics: declareVenueMetrics(createMetrics({ agent: 'doctor', instance: 'doctor' })),
    budget: shared.budget,
  }).catch((error: unknown) => {
    shared.close();
    throw error;
  });
  return { ...venue, close: () => venue.close().finally(() => shared.close()) };
}
