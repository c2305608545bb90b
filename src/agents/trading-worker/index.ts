/** A trading-worker as a process of the desk; any number of them share the queue. */
import { z } from 'zod';
import { RedisConfig, redisAddress } from '#bus/config.ts';
import { busMetrics } from '#bus/metrics.ts';
import { evaluations } from '#bus/queues.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { cacheMetrics } from '#cache/metrics.ts';
import { openCandleCache } from '#cache/open-candle-cache.ts';
import type { Seat } from '#core/committee/analyst.ts';
import { CommitteeConfig } from '#core/committee/config.ts';
import { ConfigError } from '#platform/errors.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { TracingConfig } from '#platform/tracing/config.ts';
import { startTracing } from '#platform/tracing/start-tracing.ts';
import { tradingWorker } from './agent.ts';
import type { TradingWorker, WorkerPorts } from './agent.ts';
import { TradingWorkerConfig } from './config.ts';
import { followUniverse } from './follow-universe.ts';
import { loadAnalysts } from './load-analysts.ts';
import { workerMetrics } from './metrics.ts';
import { watchQueue } from './watch-queue.ts';

const WorkerSlice = z.looseObject({
  desk_id: z.string().min(1),
  redis: RedisConfig.prefault({}),
  cache: CacheConfig.prefault({}),
  committee: CommitteeConfig.prefault({}),
  trading_worker: TradingWorkerConfig.prefault({}),
  tracing: TracingConfig.prefault({}),
});

await runAgent({
  name: 'trading-worker',
  config: WorkerSlice,
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
    const ports = {
      bus,
      cache,
      clock,
      log,
      signal,
      instance,
      metrics: workerMetrics(metrics),
      desk: config.desk_id,
      standing: followUniverse({ context, bus }),
      tracing: await startTracing(context),
      onEvaluated: context.evaluation,
    };
    const evaluate = followedWorker(context, ports, seats);
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

type Slice = Pick<z.output<typeof WorkerSlice>, 'committee' | 'trading_worker'>;

/**
 * The worker that decides by what is in force: an evaluation runs whole with what it began with, the
 * next one with the new. Analysts are seated before the swap, so one that cannot be refuses it.
 */
function followedWorker(
  context: Pick<AgentContext<Slice>, 'config' | 'onConfig' | 'onPrepare'>,
  ports: Omit<WorkerPorts, 'committee' | 'config'>,
  firstSeats: readonly Seat[],
): TradingWorker {
  const workerFor = (config: Slice, seats: readonly Seat[]): TradingWorker =>
    tradingWorker({
      ...ports,
      committee: { seats, config: config.committee },
      config: config.trading_worker,
    });
  let worker = workerFor(context.config, firstSeats);
  let next = worker;
  context.onPrepare(async (config) => {
    next = workerFor(config, await loadAnalysts(config.committee, process.cwd()));
    return [];
  });
  context.onConfig(() => {
    worker = next;
  });
  return (evaluation, envelope) => worker(evaluation, envelope);
}
