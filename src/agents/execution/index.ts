/** Execution as a process of the desk: the only hand on the account. */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { busMetrics } from '#bus/metrics.ts';
import { redisAddress } from '#bus/config.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import { unlockKeys } from '#exchange/unlock-keys.ts';
import { wantedPairs } from '#exchange/wanted-pairs.ts';
import { openLedger } from '#ledger/index.ts';
import { ConfigError } from '#platform/errors.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { executionConfig, ExecutionSlice } from './config.ts';
import { ledgerFailure } from './ledger-failure.ts';
import { keepMarket, marketOf } from './own-market.ts';
import { beginPromotion } from './promotion/begin.ts';
import { executionMetrics } from './metrics.ts';
import { runExecution } from './run-execution.ts';
import { venueLink } from './venue-link.ts';

await runAgent({
  name: 'execution',
  config: ExecutionSlice,
  start: async (context) => {
    const { config, clock, log, metrics, random, instance, signal, stack } = context;
    const address = redisAddress(config.redis);
    if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
    mkdirSync(config.data_dir, { recursive: true });
    const path = join(config.data_dir, 'ledger.db');
    const ledger = await openLedger({
      path,
      deskId: config.desk_id,
      owner: `${instance} (pid ${process.pid})`,
      nowMs: clock.now(),
      synchronous: config.storage.synchronous,
    }).catch((error: unknown) => ledgerFailure(error, path));
    stack.adopt(ledger, (open) => open.close());
    const executing = executionConfig(config);
    await keepMarket(ledger, {
      account: executing.account,
      market: marketOf(config),
      dataDir: config.data_dir,
      nowMs: clock.now(),
      log,
    });
    const promotion = await beginPromotion({
      ledger,
      clock,
      log: log.child('promotion'),
      id: `${instance} ${new Date(clock.now()).toISOString()}`,
      config,
      wishes: config.start,
    });
    const bus = await openBus({
      ...address,
      instance,
      clock,
      log,
      limitMs: config.redis.limit_ms,
      observer: busMetrics(metrics),
    });
    stack.adopt(bus, (open) => open.close());
    const venueMetrics = declareVenueMetrics(metrics);
    const exchange =
      config.mode === 'production'
        ? await unlockKeys(config.exchange, config.keystore_access, context.hide)
        : config.exchange;
    const link = venueLink({
      clock,
      signal,
      log: log.child('venue'),
      open: () =>
        openMarketVenue({
          config: exchange,
          pairs: wantedPairs(config),
          quoteAsset: config.quote_asset,
          clock,
          random,
          log,
          metrics: venueMetrics,
        }),
    });
    stack.defer(() => link.venue()?.close());
    return runExecution({
      context,
      config: executing,
      ledger,
      bus,
      link,
      metrics: executionMetrics(metrics),
      promotion,
    });
  },
});
