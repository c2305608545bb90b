/** Loads ahead of what the desk reads, and for the pairs that were just selected. */
import type { Bus } from '#bus/bus.ts';
import { universeChanges } from '#bus/topics.ts';
import type { CacheConfig } from '#cache/config.ts';
import { createPrefetchRunner, PREFETCH_EVERY_MS } from '#cache/prefetch-runner.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import { prefetchMetrics } from '#cache/prefetch-metrics.ts';
import type { Pair } from '#core/model/pair.ts';
import type { ExchangeConfig } from '#exchange/config.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';

interface Config {
  readonly cache: CacheConfig;
  readonly exchange: Pick<ExchangeConfig, 'weight_per_minute'>;
}

export async function startPrefetching(options: {
  readonly context: Pick<
    AgentContext<Config>,
    'clock' | 'log' | 'every' | 'config' | 'metrics' | 'stack'
  >;
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly cache: SharedCache;
  /** Venue time. */
  readonly now: () => number;
}): Promise<void> {
  const { context, bus, cache, now } = options;
  const { config, clock, log } = context;
  const metrics = prefetchMetrics(context.metrics);
  if (!config.cache.enable_prefetching) return;
  const weightPerMinute = config.exchange.weight_per_minute * config.cache.prefetch_share;
  const runner = createPrefetchRunner({ cache, clock, now, weightPerMinute, log, metrics });
  context.every({ name: 'prefetch', intervalMs: PREFETCH_EVERY_MS, run: () => runner.run() });
  let known = new Set<Pair>();
  // A change that was missed costs the first reader of a pair its wait, and nothing else.
  const listening = await bus.subscribe(universeChanges, ({ pairs }) => {
    const selected = pairs.map(({ pair }) => pair);
    runner.select(selected.filter((pair) => !known.has(pair)));
    known = new Set(selected);
  });
  context.stack.defer(async () => listening[Symbol.asyncDispose]());
}
