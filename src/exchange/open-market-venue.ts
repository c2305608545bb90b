import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import { Timeframe } from '#core/model/timeframe.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { createVenueClock } from '#platform/clock/venue-clock.ts';
import type { VenueClock } from '#platform/clock/venue-clock.ts';
import { ConfigError, TransientError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import { createBinanceReads } from './binance-reads.ts';
import { watchBinance } from './binance-streams.ts';
import { createWeightBudget } from './budget.ts';
import type { WeightBudget } from './budget.ts';
import { isBinanceShaped, loadClient, timeframesOf } from './ccxt-client.ts';
import type { CcxtClient } from './ccxt-client.ts';
import type { MarketConfig } from './config.ts';
import { createGenericReads } from './generic-reads.ts';
import { watchGeneric } from './generic-streams.ts';
import { createGuardedRead } from './guarded-reads.ts';
import type { GuardedRead } from './guarded-reads.ts';
import { keepInstruments } from './known-instruments.ts';
import type { MarketReads, MarketVenue, MarketWatch } from './market-data.ts';
import type { VenueMetrics } from './metrics.ts';
import { observeLimits } from './observe-limits.ts';
import { symbolsOf } from './symbols.ts';
import type { Symbols } from './symbols.ts';
import { rememberEvidence } from './venue-failure.ts';
import { isUnknownPair } from './unknown-pair.ts';

export interface OpenVenueOptions {
  readonly config: MarketConfig;
  readonly pairs: readonly Pair[] | 'all';
  /** With `all`: only pairs priced in this asset. */
  readonly quoteAsset: string;
  /** Candle length that will be watched; refused before anything is asked when there is none. */
  readonly timeframe?: Timeframe;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Declared by the caller, who may have to open more than once: a name is declared once. */
  readonly metrics: VenueMetrics;
  /** Shared with whoever else asks the venue; its own when left out. */
  readonly budget?: WeightBudget;
  /** `generic` reads a Binance-shaped venue like any other; for tests of that path. */
  readonly shape?: 'generic';
}

/**
 * Opens a venue for market data: loads its class, reads what it trades and its time. Throws
 * ConfigError for a venue or pair that does not exist, TransientError when it does not answer.
 */
export async function openMarketVenue(options: OpenVenueOptions): Promise<MarketVenue> {
  const { config, clock, log, metrics } = options;
  const client = await loadClient({
    exchangeId: config.name,
    baseUrl: config.base_url ?? undefined,
    wsUrl: config.ws_url ?? undefined,
    requestTimeoutMs: config.request_timeout_ms,
    isSandbox: config.sandbox ?? false,
  });
  assertTimeframe(client, options);
  rememberEvidence(client);
  const budget =
    options.budget ??
    createWeightBudget({
      clock,
      weightPerMinute: config.weight_per_minute,
      reserveFraction: config.weight_reserve_fraction,
    });
  metrics.weightLimit.set(config.weight_per_minute);
  observeLimits(client, { budget, metrics });
  const guard = { clock, random: options.random, budget, metrics };
  const read = createGuardedRead({ ...guard, readBudgetMs: config.read_budget_ms });
  const venueClock = createVenueClock({ clock, serverTimeMs: (signal) => timed(signal) });
  let symbols: Symbols = symbolsOf([]);
  const sources = { client, read, symbols: () => symbols, now: () => venueClock.now() };
  const isGeneric = options.shape === 'generic' || !isBinanceShaped(config.name);
  const binance = createBinanceReads(sources);
  const reads: MarketReads = isGeneric ? createGenericReads(sources) : binance;
  const timed = (signal?: AbortSignal): Promise<number> => reads.serverTimeMs(signal);

  try {
    await venueClock.measure();
    const known = await keepInstruments(await usableInstruments(reads, options), {
      reads,
      onChange: (instruments) => void (symbols = symbolsOf(instruments)),
      loadMarkets: (instruments) =>
        isGeneric ? Promise.resolve() : loadMarkets(client, read, instruments),
    });
    metrics.clockOffsetSeconds.set(venueClock.offsetMs() / 1_000);
    const deps = { ...sources, clock, random: options.random, log, metrics };
    const open = new Set<MarketWatch>();
    return {
      id: config.name,
      reads,
      isExact: !isGeneric,
      clock: shownClock(venueClock, metrics),
      get instruments() {
        return known.all();
      },
      learn: (pairs, signal) => known.learn(pairs, signal),
      forget: (pairs) => known.forget(pairs),
      watch: (watching) => {
        const watch = isGeneric
          ? watchGeneric({ ...deps, reads }, watching)
          : watchBinance({ ...deps, reads: binance }, watching);
        open.add(watch);
        return watch;
      },
      close: async () => {
        await Promise.allSettled([...open].map((watch) => watch.close()));
        await client.close();
      },
    };
  } catch (error: unknown) {
    await client.close();
    throw openingError(error, config);
  }
}

function shownClock(venueClock: VenueClock, metrics: VenueMetrics): VenueClock {
  return {
    ...venueClock,
    measure: async (signal) => {
      await venueClock.measure(signal);
      metrics.clockOffsetSeconds.set(venueClock.offsetMs() / 1_000);
    },
  };
}

/** ccxt spells subscriptions by its own picture of the markets; all of them take 120 MB. */
async function loadMarkets(
  client: CcxtClient,
  read: GuardedRead,
  instruments: readonly Instrument[],
): Promise<void> {
  const filter = JSON.stringify(instruments.map(({ venueSymbol }) => venueSymbol));
  await read({ name: 'markets', weight: 20 }, () => client.loadMarkets(true, { symbols: filter }));
}

function assertTimeframe(
  client: CcxtClient,
  { config, timeframe }: Pick<OpenVenueOptions, 'config' | 'timeframe'>,
): void {
  const known = timeframesOf(client);
  if (timeframe === undefined || known === undefined || known.includes(timeframe)) return;
  const usable = known.filter((name) => Timeframe.safeParse(name).success).join(', ');
  throw new ConfigError(
    `timeframe: ${config.name} has no candles of ${timeframe}; it has ${usable}`,
  );
}

/** Which venue it was, for whoever reads the last words of a start. */
function openingError(error: unknown, config: MarketConfig): unknown {
  if (!(error instanceof TransientError)) return error;
  const where = config.base_url === null ? config.name : `${config.name} (${config.base_url})`;
  return new TransientError(error.code, `exchange ${where}: ${error.message}`, {
    details: { ...error.details },
    cause: error,
  });
}

async function usableInstruments(
  reads: MarketReads,
  options: OpenVenueOptions,
): Promise<readonly Instrument[]> {
  const { pairs, quoteAsset, config } = options;
  const found = await reads.instruments(pairs).catch((error: unknown) => {
    // Binance refuses the whole question when one symbol is wrong, and does not say which.
    if (!isUnknownPair(error)) throw error;
    throw new ConfigError(`pairs: ${config.name} does not trade all of ${String(pairs)}`);
  });
  if (pairs === 'all') {
    const usable = found.filter(({ quote }) => quote === quoteAsset);
    if (usable.length > 0) return usable;
    throw new ConfigError(
      `${config.name} trades nothing against ${quoteAsset}: correct quote_asset`,
    );
  }
  const missing = pairs.filter((pair) => !found.some((known) => known.pair === pair));
  if (missing.length === 0) return found;
  throw new ConfigError(`pairs: ${config.name} does not trade ${missing.join(', ')}`);
}
