/** A trading-worker as a process of the desk; any number of them share the queue. */
import { z } from 'zod';
import { RedisConfig, redisAddress } from '#bus/config.ts';
import { busMetrics } from '#bus/metrics.ts';
import { evaluations } from '#bus/queues.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { cacheMetrics } from '#cache/metrics.ts';
import { openCandleCache } from '#cache/open-candle-cache.ts';
import { CommitteeConfig } from '#core/committee/config.ts';
import { ConfigError } from '#platform/errors.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { TracingConfig } from '#platform/tracing/config.ts';
import { startTracing } from '#platform/tracing/start-tracing.ts';
import { tradingWorker } from './agent.ts';
import { TradingWorkerConfig } from './config.ts';
import { loadAnalysts } from './load-analysts.ts';
import { workerMetrics } from './metrics.ts';
import { watchQueue } from './watch-queue.ts';

await runAgent({
  name: 'trading-worker',
  config: z.looseObject({
    desk_id: z.string().min(1),
    redis: RedisConfig.prefault({}),
    cache: CacheConfig.prefault({}),
    committee: CommitteeConfig.prefault({}),
    trading_worker: TradingWorkerConfig.prefault({}),
    tracing: TracingConfig.prefault({}),
  }),
  start: async (context) => {
    const { config, clock, log, metrics, instance, signal, stack } = context;
    const address = redisAddress(config.redis);
    if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
    const seats = await loadAnalysts(config.committee, process.cwd());
    const connection = { ...address, instance, clock, log, limitMs: config.redis.limit_ms };

    const bus = await openBus({ ...connection, observer: busMetrics(metrics) });
    stack.adopt(bus, (open) => open.close());
    const cache = openCandleCache({
      ...connection,
      config: config.cache,
      observer: cacheMetrics(metrics),
    });
    stack.adopt(cache, (open) => open.close());

    const work = watchQueue({ context, bus });
    const evaluate = tradingWorker({
      bus,
      cache,
      clock,
      log,
      signal,
      instance,
      metrics: workerMetrics(metrics),
      committee: { seats, config: config.committee },
      config: config.trading_worker,
      desk: config.desk_id,
      tracing: await startTracing(context),
      onEvaluated: context.evaluation,
    });
    const { concurrency } = config.trading_worker;
    const handling = await bus.handle(evaluations, work.counted(evaluate), { concurrency });
    log.info({ analysts: seats.map(({ name }) => name), concurrency }, 'worker takes evaluations');
    return {
      close: async () => {
        await handling[Symbol.asyncDispose]();
      },
    };
  },
});
