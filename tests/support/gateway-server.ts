/** The API of the gateway on a real Redis, a ledger and a history of its own, in this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { openAccess } from '#agents/gateway/access/open-access.ts';
import { gateway, listen } from '#agents/gateway/agent.ts';
import { GatewayConfig } from '#agents/gateway/config.ts';
import { Problem } from '#agents/gateway/http/problem.ts';
import { watchTopics } from '#agents/gateway/live-view.ts';
import { gatewayMetrics } from '#agents/gateway/metrics.ts';
import { busMetrics } from '#bus/metrics.ts';
import { openBus, type RedisBus } from '#bus/redis/open-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { openCandleCache, type OpenCandleCache } from '#cache/open-candle-cache.ts';
import { openHistory, type History } from '#history/history.ts';
import { tempLedger, type TempLedger } from '#ledger/ledger.fixture.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ledgerSource } from '#ledger/reader-source.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { startRedis, type RedisServer } from './redis-server.ts';

const Items = z.looseObject({
  items: z.array(z.record(z.string(), z.unknown())),
  nextCursor: z.string().optional(),
});

export interface GatewayServer extends AsyncDisposable {
  readonly base: string;
  readonly redis: RedisServer;
  readonly bus: RedisBus;
  readonly cache: OpenCandleCache;
  readonly ledger: TempLedger;
  readonly history: History;
  /** A list that is answered. */
  readonly items: (path: string) => Promise<z.output<typeof Items>>;
  readonly problem: (path: string, status: number) => Promise<Problem>;
}

export async function startGateway(): Promise<GatewayServer> {
  const clock = systemClock();
  const folder = mkdtempSync(join(tmpdir(), 'nd-gateway-'));
  const redis = await startRedis();
  const ledger = await tempLedger();
  const metrics = createMetrics({ agent: 'gateway', instance: 'gateway', withNodeMetrics: true });
  const connection = { socketPath: redis.socketPath, instance: 'gateway', clock, limitMs: 500 };
  const bus = await openBus({ ...connection, observer: busMetrics(metrics) });
  const cache = openCandleCache({ ...connection, config: CacheConfig.parse({}) });
  const history = openHistory(join(folder, 'history.db'));
  const config = GatewayConfig.parse({ port: 0, request_timeout_seconds: 2 });
  const own = gatewayMetrics(metrics);
  const server = await gateway({
    access: openAccess({
      config: () => config,
      dataDir: folder,
      clock,
      log: silentLog(),
      metrics: own,
    }),
    askDesk: async ({ kind }) =>
      kind === 'config-history' ? { body: { version: 1, versions: [] } } : undefined,
    bus,
    cache,
    history,
    live: await watchTopics(bus),
    ledger: ledgerSource(
      () => openLedgerReader(ledger.path),
      () => undefined,
    ),
    clock,
    log: silentLog(),
    instance: 'gateway',
    config,
    settings: () => config,
    metrics: own,
    ownFamilies: () => metrics.families(),
    shownConfig: () => ({ mode: 'shadow', exchange: { api_key: '********' } }),
  });
  const base = `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0 })}`;

  return {
    base,
    redis,
    bus,
    cache,
    ledger,
    history,
    items: async (path) => {
      const response = await fetch(base + path);
      expect(response.status, path).toBe(200);
      return Items.parse(await response.json());
    },
    problem: async (path, status) => {
      const response = await fetch(base + path);
      expect(response.status, path).toBe(status);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      return Problem.parse(await response.json());
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      cache.close();
      await bus.close();
      history.close();
      await ledger[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
