import { createWeightBudget } from '#exchange/budget.ts';
import { ExchangeConfig } from '#exchange/config.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
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

/** The account behind the keys of a config, for a look; the caller closes it. */
export async function openAccount(options: {
  /** Section `exchange`, with the keys of the practice exchange filled in. */
  readonly exchange: unknown;
  readonly access: KeystoreAccess | undefined;
  readonly pairs: readonly Pair[];
  readonly clock: Clock;
  /** Venue time minus the clock of this machine. */
  readonly offsetMs: number;
}): Promise<TradingVenue> {
  const { access, pairs, clock, offsetMs } = options;
  // A command has no log to keep them out of.
  const exchange = await unlockKeys(
    ExchangeConfig.parse(options.exchange),
    access,
    () => undefined,
  );
  const { api_key: apiKey, api_secret: secret } = exchange;
  if (apiKey === null || secret === null) throw new ConfigError('production has no keys');
  return await openTradingVenue({
    config: exchange,
    keys: { apiKey, secret },
    pairs,
    // What is signed must not be ahead of the venue.
    clock: { ...clock, now: () => Math.floor(clock.now() + offsetMs) },
    random: freshRandom(),
    log: silentLog(),
    metrics: declareVenueMetrics(createMetrics({ agent: 'doctor', instance: 'doctor' })),
    budget: createWeightBudget({
      clock,
      weightPerMinute: exchange.weight_per_minute,
      reserveFraction: exchange.weight_reserve_fraction,
    }),
  });
}
