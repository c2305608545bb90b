/** What the sentiment agent is made of, for a process of its own or one shared with others. */
import { join } from 'node:path';
import { z } from 'zod';
import { RedisConfig, redisAddress } from '#bus/config.ts';
import { busMetrics } from '#bus/metrics.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { openSharedCache } from '#cache/open-shared-cache.ts';
import { sharedCacheMetrics } from '#cache/shared-metrics.ts';
import { createCoinScorer } from '#core/sentiment/aspect.ts';
import { createCoinFinder } from '#core/sentiment/coin-finder.ts';
import { createScorer } from '#core/sentiment/scorer.ts';
import { ConfigError } from '#platform/errors.ts';
import { openHttpClient } from '#platform/http/open-http-client.ts';
import type { AgentSpec } from '#platform/lifecycle/agent-context.ts';
import { openSources } from '#sources/sentiment/read-sources.ts';
import { startSentiment } from './agent.ts';
import { SentimentAgentConfig } from './config.ts';
import { moodFiles } from './keep-moods.ts';
import { sentimentMetrics } from './metrics.ts';

const Slice = z.looseObject({
  exchange: z.looseObject({ name: z.string(), base_url: z.string().nullish() }),
  data_dir: z.string().min(1),
  redis: RedisConfig.prefault({}),
  cache: CacheConfig.prefault({}),
  sentiment_agent: SentimentAgentConfig.prefault({}),
});

export const spec: AgentSpec<typeof Slice> = {
  name: 'sentiment',
  config: Slice,
  start: async (context) => {
    const { config, clock, log, metrics, random, instance, stack } = context;
    const address = redisAddress(config.redis);
    if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
    const connection = { ...address, instance, clock, log, limitMs: config.redis.limit_ms };
    const bus = await openBus({ ...connection, observer: busMetrics(metrics) });
    stack.adopt(bus, (open) => open.close());
    const cache = openSharedCache({
      ...connection,
      config: config.cache,
      observer: sharedCacheMetrics(metrics),
    });
    stack.adopt(cache, (open) => open.close());
    const client = openHttpClient({ clock, random, log, metrics, redis: { address, instance } });
    stack.adopt(client, (open) => open.close());
    const { exchange, sentiment_agent: section } = config;
    const practiceUrl = exchange.name === 'practice' ? (exchange.base_url ?? undefined) : undefined;
    const sources = openSources(client, section.sources, practiceUrl);
    await startSentiment({
      context,
      bus,
      cache,
      config: section,
      sources,
      scorer: createCoinScorer({ scorer: createScorer(), finder: createCoinFinder() }),
      files: moodFiles(join(config.data_dir, 'sentiment'), () => section.history_days, log),
      metrics: sentimentMetrics(
        metrics,
        sources.map(({ name }) => name),
      ),
    });
    context.addCheck('redis', () => {
      const isOk = bus.isConnected();
      return { isOk, detail: isOk ? 'connected' : 'not connected' };
    });
  },
};
