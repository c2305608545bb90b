/** The data agent as a process of the desk: the only one that watches the market. */
import { join } from 'node:path';
import { z } from 'zod';
import { RedisConfig, redisAddress } from '#bus/config.ts';
import { busMetrics } from '#bus/metrics.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { cacheMetrics } from '#cache/metrics.ts';
import { openCandleCache } from '#cache/open-candle-cache.ts';
import { openSharedCache } from '#cache/open-shared-cache.ts';
import { sharedCacheMetrics } from '#cache/shared-metrics.ts';
import { Pair } from '#core/model/pair.ts';
import { Timeframe } from '#core/model/timeframe.ts';
import { ExchangeConfig } from '#exchange/config.ts';
import { declareVenueMetrics, observeWaits } from '#exchange/metrics.ts';
import { openSharedBudget } from '#exchange/shared-weight.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import type { OpenVenueOptions } from '#exchange/open-market-venue.ts';
import { wantedPairs } from '#core/pairs/wanted-pairs.ts';
import { liveView } from '#platform/config/live-view.ts';
import { ConfigError, errorText, TransientError } from '#platform/errors.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { TracingConfig } from '#platform/tracing/config.ts';
import { startTracing } from '#platform/tracing/start-tracing.ts';
import { startDataAgent } from './agent.ts';
import { awaitWeight } from './await-weight.ts';
import { DataAgentConfig } from './config.ts';
import { declareDataMetrics } from './metrics.ts';
import { EnqueueMarks } from './enqueue-marks.ts';
import { KeptUniverse, openFollowed } from './followed-pairs.ts';
import { startPrefetching } from './start-prefetching.ts';
import { openStateFile } from './state-file.ts';

await runAgent({
  name: 'data',
  config: z.looseObject({
    exchange: ExchangeConfig,
    pairs: z.array(Pair),
    quote_asset: z.string(),
    timeframe: Timeframe,
    data_dir: z.string(),
    redis: RedisConfig.prefault({}),
    cache: CacheConfig.prefault({}),
    data_agent: DataAgentConfig.prefault({}),
    tracing: TracingConfig.prefault({}),
  }),
  start: async (context) => {
    const { config, clock, log, metrics, random, instance, stack } = context;
    const address = redisAddress(config.redis);
    if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
    const connection = { ...address, instance, clock, log, limitMs: config.redis.limit_ms };
    const bus = await openBus({ ...connection, observer: busMetrics(metrics) });
    stack.adopt(bus, (open) => open.close());
    const cache = openCandleCache({
      ...connection,
      config: config.cache,
      observer: cacheMetrics(metrics),
    });
    stack.adopt(cache, (open) => open.close());
    const venueMetrics = declareVenueMetrics(metrics);
    const shared = openSharedBudget({
      config: config.exchange,
      address,
      role: 'data',
      onWait: observeWaits(venueMetrics),
      instance,
      clock,
      random,
    });
    stack.defer(() => shared.close());
    const universeFile = openStateFile(fileIn(config, 'universe.json'), KeptUniverse, log);
    stack.defer(() => universeFile.flush());
    const { opened: venue, last } = await openFollowed({
      bus,
      log,
      file: universeFile,
      venue: config.exchange.name,
      configured: wantedPairs(config),
      open: (pairs) =>
        openVenue({ ...context, pairs, budget: shared.budget, metrics: venueMetrics }),
    });
    stack.adopt(venue, (open) => open.close());
    const sharedCache = openSharedCache({
      ...connection,
      config: config.cache,
      observer: sharedCacheMetrics(metrics),
      now: () => venue.clock.now(),
    });
    stack.adopt(sharedCache, (open) => open.close());
    const agent = await startDataAgent({
      context,
      venue,
      bus,
      cache,
      shared: sharedCache,
      quoteAsset: config.quote_asset,
      marksFile: openStateFile(fileIn(config, 'marks.json'), EnqueueMarks, log),
      lastUniverse: last,
      onUniverse: (universe) => universeFile.save({ venue: config.exchange.name, universe }),
      metrics: declareDataMetrics(metrics),
      tracing: await startTracing(context),
      config: followed(context),
      timeframe: config.timeframe,
    });
    const now = (): number => venue.clock.now();
    await startPrefetching({ context, bus, cache: sharedCache, now });
    log.info({ venue: venue.id, pairs: venue.instruments.length }, 'market data is running');
    return agent;
  },
});

function fileIn({ data_dir: folder }: { readonly data_dir: string }, name: string): string {
  return join(folder, 'data-agent', name);
}

async function openVenue({
  config,
  ...options
}: Omit<OpenVenueOptions, 'config' | 'quoteAsset' | 'timeframe'> & {
  readonly signal: AbortSignal;
  readonly config: {
    readonly exchange: OpenVenueOptions['config'];
    readonly quote_asset: string;
    readonly timeframe: Timeframe;
  };
}): Promise<MarketVenue> {
  const { exchange, quote_asset: quoteAsset, timeframe } = config;
  const opening = { ...options, config: exchange, quoteAsset, timeframe };
  return awaitWeight(options, () => openMarketVenue(opening)).catch((error: unknown) => {
    throw error instanceof TransientError ? unreachable(error) : error;
  });
}

/** The section as it is in force: a reload swaps it. */
function followed(
  context: Pick<AgentContext<{ readonly data_agent: DataAgentConfig }>, 'config' | 'onConfig'>,
): DataAgentConfig {
  let section = context.config.data_agent;
  context.onConfig((config) => {
    section = config.data_agent;
  });
  return liveView(() => section);
}

function unreachable(error: TransientError): ExitError {
  return new ExitError(
    EXIT.lostDependency,
    `the venue cannot be reached, ${errorText(error)}: check the network and exchange.name, or leave --exchange out for the practice exchange`,
  );
}
