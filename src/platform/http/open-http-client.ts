import type { Clock } from '../clock/clock.ts';
import { ConfigError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Random } from '../random.ts';
import type { RedisAddress } from '../redis/connection.ts';
import { openSharedBuckets } from '../redis/shared-bucket.ts';
import { programVersion } from '../version.ts';
import { createAnswerStore } from './answer-store.ts';
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import type { HttpSource, SourceOptions } from './http-source.ts';
import { declareHttpMetrics } from './metrics.ts';
import { createOriginPools } from './origin-pools.ts';
import { createSource } from './source.ts';
import { createSourceCalls } from './source-calls.ts';
import { createSourceRate } from './source-rate.ts';

/** The one way in which nightdesk asks anything of the web that is not its venue. */
export interface HttpClient {
  /** Throws ConfigError for an address that is none, and for one source too many. */
  source(options: SourceOptions): HttpSource;
  close(): Promise<void>;
}

export interface HttpClientOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits?: Partial<HttpLimits>;
  /** Where the rates of the sources are shared; without it they are this process's alone. */
  readonly redis?: { readonly address: RedisAddress; readonly instance: string };
}

export function openHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, random, redis } = options;
  const log = options.log.child('http');
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const metrics = declareHttpMetrics(options.metrics);
  const pools = createOriginPools({
    originsMax: limits.originsMax,
    connectionsMax: limits.connectionsPerOriginMax,
    metrics,
  });
  const store = createAnswerStore({
    entriesMax: limits.storeEntriesMax,
    bytesMax: limits.storeBytesMax,
  });
  const shared =
    redis === undefined
      ? undefined
      : openSharedBuckets({
          address: redis.address,
          prefix: 'nightdesk:source',
          member: redis.instance,
          clock,
          random,
        });
  const userAgent = `nightdesk/${programVersion()}`;
  const sources = new Set<string>();
  metrics.storeBytes.set(0);
  metrics.storeBytesLimit.set(limits.storeBytesMax);
  metrics.waiting.set(0);
  metrics.waitingLimit.set(0);

  return {
    source: (asked) => {
      const { name, ratePerMinute } = asked;
      if (sources.has(name)) throw new ConfigError(`two sources have the name ${name}`);
      if (sources.size >= limits.sourcesMax) {
        throw new ConfigError(`more than ${limits.sourcesMax} outside sources`);
      }
      const rate = createSourceRate({ name, ratePerMinute, clock, shared });
      const calls = createSourceCalls({ source: asked, rate, limits, clock, random, metrics });
      const source = createSource(asked, {
        calls,
        store,
        fetching: {
          pools,
          nowMs: () => clock.now(),
          onBytes: (bytes) => metrics.receivedBytes.inc({ source: name }, bytes),
        },
        clock,
        metrics,
        userAgent,
      });
      sources.add(name);
      const each = limits.concurrentPerSourceMax + limits.waitingPerSourceMax;
      metrics.waitingLimit.set(sources.size * each);
      for (const outcome of ['ok', 'not-modified'])
        metrics.requests.inc({ source: name, outcome }, 0);
      metrics.receivedBytes.inc({ source: name }, 0);
      log.info({ source: name, ratePerMinute }, 'outside source is open');
      return source;
    },
    close: async () => {
      shared?.close();
      await pools.close();
    },
  };
}
