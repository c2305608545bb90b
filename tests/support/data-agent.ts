/** A data agent in this process, on a real Redis and a Binance-shaped venue. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDataAgent } from '#agents/data/agent.ts';
import { DataAgentConfig } from '#agents/data/config.ts';
import { EnqueueMarks } from '#agents/data/enqueue-marks.ts';
import { declareDataMetrics } from '#agents/data/metrics.ts';
import { startPrefetching } from '#agents/data/start-prefetching.ts';
import { openStateFile } from '#agents/data/state-file.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { openCandleCache } from '#cache/open-candle-cache.ts';
import { openSharedCache } from '#cache/open-shared-cache.ts';
import { sharedCacheMetrics } from '#cache/shared-metrics.ts';
import { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { agentWork } from '#platform/lifecycle/agent-work.ts';
import { silentLog } from '#platform/log/log.ts';
import { NO_TRACING } from '#platform/tracing/tracing.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { practiceExchangeConfig } from './practice-exchange-config.ts';

export interface RunningDataAgent extends AsyncDisposable {
  readonly metrics: Metrics;
  readonly bus: RedisBus;
  /** Whether the beat would have shown progress since it was last asked. */
  takeProgress(): boolean;
}

export interface DataAgentOptions {
  readonly url: string;
  readonly socketPath: string;
  readonly pairs?: readonly string[] | 'all';
  readonly timeframe?: Timeframe;
  readonly folder?: string;
  readonly shape?: 'generic';
  readonly config?: Readonly<Record<string, unknown>>;
}

export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'nd-data-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export async function runDataAgent(options: DataAgentOptions): Promise<RunningDataAgent> {
  const clock = systemClock();
  const log = silentLog();
  const random = seededRandom(3);
  const metrics = createMetrics({ agent: 'data', instance: 'data' });
  const abort = new AbortController();
  const { signal } = abort;
  let isProgress = false;
  const progress = (): void => void (isProgress = true);
  const work = agentWork({ log, metrics, clock, random, signal, onProgress: progress });
  const connection = { socketPath: options.socketPath, instance: 'data', clock, limitMs: 1_000 };
  const bus = await openBus(connection);
  const cache = openCandleCache({
    ...connection,
    config: { max_size_mb: 1, enable_compression: true },
  });
  const pairs = options.pairs ?? ['BTC/USDT', 'ETH/USDT'];
  const venue = await openMarketVenue({
    config: practiceExchangeConfig(options.url),
    pairs: pairs === 'all' ? 'all' : pairs.map((pair) => Pair.parse(pair)),
    quoteAsset: 'USDT',
    clock,
    random,
    log,
    metrics: declareVenueMetrics(metrics),
    ...(options.shape === undefined ? {} : { shape: options.shape }),
  });
  const shared = openSharedCache({
    ...connection,
    log,
    config: CacheConfig.parse({}),
    observer: sharedCacheMetrics(metrics),
  });
  const folder = options.folder === undefined ? temporaryFolder() : undefined;
  const agent = await startDataAgent({
    context: {
      clock,
      log,
      signal,
      background: work.background,
      every: work.every,
      progress,
      setWork: () => undefined,
      addCheck: () => undefined,
    },
    venue,
    bus,
    cache,
    shared,
    quoteAsset: 'USDT',
    marksFile: openStateFile(
      join(options.folder ?? folder?.path ?? '', 'marks.json'),
      EnqueueMarks,
      log,
    ),
    onUniverse: () => undefined,
    metrics: declareDataMetrics(metrics),
    config: DataAgentConfig.parse(options.config ?? {}),
    timeframe: options.timeframe ?? '1s',
    tracing: NO_TRACING,
  });

  const stack = new AsyncDisposableStack();
  await startPrefetching({
    context: {
      clock,
      log,
      metrics,
      stack,
      every: work.every,
      config: { cache: CacheConfig.parse({}), exchange: { weight_per_minute: 6_000 } },
    },
    bus,
    cache: shared,
    now: () => venue.clock.now(),
  });

  return {
    metrics,
    bus,
    takeProgress: () => {
      const was = isProgress;
      isProgress = false;
      return was;
    },
    [Symbol.asyncDispose]: async () => {
      abort.abort();
      await stack.disposeAsync();
      await agent.close();
      await venue.close();
      await work.settled();
      cache.close();
      shared.close();
      await bus.close();
      folder?.[Symbol.dispose]();
    },
  };
}
