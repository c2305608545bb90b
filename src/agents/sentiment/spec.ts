/** What the sentiment agent is made of, for a process of its own or one shared with others. */
import { join } from 'node:path';
import { z } from 'zod';
import { RedisConfig } from '#bus/config.ts';
import { openAgentBus } from '#bus/redis/agent-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { openSharedCache } from '#cache/open-shared-cache.ts';
import { sharedCacheMetrics } from '#cache/shared-metrics.ts';
import { createCoinScorer } from '#core/sentiment/aspect.ts';
import { createCoinFinder } from '#core/sentiment/coin-finder.ts';
import { createScorer } from '#core/sentiment/scorer.ts';
import { openHttpClient } from '#platform/http/open-http-client.ts';
import type { AgentSpec } from '#platform/lifecycle/agent-context.ts';
import { keptFile } from '#platform/files/kept-file.ts';
import { openSources } from '#sources/sentiment/open-sources.ts';
import { ReadsOfMonth } from '#sources/sentiment/read-budget.ts';
import { startSentiment } from './agent.ts';
import { SentimentAgentConfig } from './config.ts';
import { moodFiles } from './keep-moods.ts';
import { sentimentMetrics } from './metrics.ts';

const Slice = z.looseObject({
  exchange: z.looseObject({ name: z.string(), base_url: z.string().nullish() }),
  quote_asset: z.string().min(1),
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
    const { bus, address, connection } = await openAgentBus(context);
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
    const folder = join(config.data_dir, 'sentiment');
    const sources = openSources(
      client,
      {
        sources: section.sources,
        timeoutMs: 1_000 * section.timeout_seconds,
        reads: (source) => keptFile(join(folder, `${source}-reads.json`), ReadsOfMonth, log),
      },
      practiceUrl,
    );
    return startSentiment({
      context,
      bus,
      cache,
      config: section,
      quoteAsset: config.quote_asset,
      sources,
      scorer: createCoinScorer({ scorer: createScorer(), finder: createCoinFinder() }),
      files: moodFiles(folder, () => section.history_days, log),
      metrics: sentimentMetrics(
        metrics,
        sources.map(({ name }) => name),
      ),
    });
  },
};
