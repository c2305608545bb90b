/** Execution as a process of the desk: the only hand on the account. */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { z } from 'zod';
import type { Pair } from '#core/model/pair.ts';
import { wantedPairs } from '#core/pairs/wanted-pairs.ts';
import { busMetrics } from '#bus/metrics.ts';
import { redisAddress } from '#bus/config.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import type { ExchangeConfig } from '#exchange/config.ts';
import { declareVenueMetrics, observeWaits } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import { openSharedBudget } from '#exchange/shared-weight.ts';
import { unlockKeys } from '#exchange/unlock-keys.ts';
import { type Ledger, openLedger } from '#ledger/index.ts';
import { ConfigError } from '#platform/errors.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { startTracing } from '#platform/tracing/start-tracing.ts';
import { liveAccount } from './account-side/live-account.ts';
import { paperAccount } from './account-side/paper-account.ts';
import { executionConfig, ExecutionSlice } from './config.ts';
import { FidelityWatch } from './fidelity/fidelity-watch.ts';
import { scoredPaper, withPaperTwin } from './fidelity/score-account.ts';
import { ledgerFailure } from './ledger-failure.ts';
import { followedPairs, openFollowed } from './followed-pairs.ts';
import { keepMarket, marketOf } from './own-market.ts';
import { beginPromotion } from './promotion/begin.ts';
import { executionMetrics } from './metrics.ts';
import { followConfig } from './follow-config.ts';
import { runExecution } from './run-execution.ts';
import { venueLink } from './venue-link.ts';

await runAgent({
  name: 'execution',
  config: ExecutionSlice,
  start: async (context) => {
    const { config, clock, log, metrics, instance, stack } = context;
    const address = redisAddress(config.redis);
    if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
    const isLive = config.mode === 'production';
    mkdirSync(config.data_dir, { recursive: true });
    const path = join(config.data_dir, 'ledger.db');
    const ledger = await openLedger({
      path,
      deskId: config.desk_id,
      owner: `${instance} (pid ${process.pid})`,
      nowMs: clock.now(),
      // Real money: what is committed survives a power cut.
      synchronous: isLive ? 'full' : config.storage.synchronous,
    }).catch((error: unknown) => ledgerFailure(error, path));
    stack.adopt(ledger, (open) => open.close());
    const followed = followConfig(context, ledger);
    const executing = { ...executionConfig(config), ...followed.sections };
    const { account } = executing;
    const pairs = followedPairs(config, await openOf(ledger, account));
    await keepMarket(ledger, {
      account,
      market: marketOf(config),
      pairs,
      dataDir: config.data_dir,
      nowMs: clock.now(),
      log,
    });
    const promotion = await beginPromotion({
      ledger,
      clock,
      log: log.child('promotion'),
      instance,
      account,
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
    const exchange = isLive
      ? await unlockKeys(config.exchange, config.keystore_access, context.hide)
      : config.exchange;
    const reach = reachVenue(context, { exchange, address, pairs });
    const ownMetrics = executionMetrics(metrics);
    const side = { context, config: executing, metrics: ownMetrics, ...reach };
    const { latency_ms: latencyMs } = config.execution.paper;
    const fidelity = new FidelityWatch({ latencyMs, hasTwin: isLive });
    const twin = { ...side, config: { ...executing, account: 'twin' } };
    const scoring = { watch: fidelity, background: context.background };
    return runExecution({
      ...side,
      tracing: await startTracing(context),
      ledger,
      bus,
      promotion,
      onStarted: (execution) => followed.follow({ execution, promotion }),
      fidelity,
      wishes: config.start,
      openSide: isLive
        ? withPaperTwin(liveAccount({ ...side, exchange }), paperAccount(twin), scoring)
        : scoredPaper(paperAccount(side), fidelity),
    });
  },
});

function openOf(ledger: Ledger, account: string): Promise<readonly { readonly pair: Pair }[]> {
  return ledger.read(async (query) => [
    ...(await query.positions(account)),
    ...(await query.openOrders(account)),
  ]);
}

/** The venue's public side, and what this process may ask of it; nothing is asked yet. */
function reachVenue(
  context: AgentContext<z.output<typeof ExecutionSlice>>,
  given: {
    readonly exchange: ExchangeConfig;
    readonly address: RedisAddress;
    readonly pairs: readonly Pair[] | 'all';
  },
) {
  const { config, clock, log, metrics, random, instance, signal, stack } = context;
  const { exchange, address, pairs } = given;
  const venueMetrics = declareVenueMetrics(metrics);
  const { budget, close } = openSharedBudget({
    config: exchange,
    address,
    role: 'execution',
    onWait: observeWaits(venueMetrics),
    instance,
    clock,
    random,
  });
  stack.defer(close);
  const opening = {
    config: exchange,
    quoteAsset: config.quote_asset,
    clock,
    random,
    log,
    metrics: venueMetrics,
    budget,
  };
  const link = venueLink({
    clock,
    signal,
    log: log.child('venue'),
    open: () =>
      openFollowed(
        { followed: pairs, configured: wantedPairs(config) },
        (some) => openMarketVenue({ ...opening, pairs: some }),
        log,
      ),
  });
  stack.defer(() => link.venue()?.close());
  return { pairs, link, budget, venueMetrics };
}
