/** The gateway as a process of the desk. */
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { RedisConfig, redisAddress } from '#bus/config.ts';
import { busMetrics } from '#bus/metrics.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { cacheMetrics } from '#cache/metrics.ts';
import { openCandleCache } from '#cache/open-candle-cache.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { maskConfig } from '#platform/config/secrets.ts';
import { ConfigError } from '#platform/errors.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { openAccess } from './access/open-access.ts';
import { gateway, listen } from './agent.ts';
import { GatewayConfig } from './config.ts';
import { openHistory } from '#history/history.ts';
import { keepHistory } from './keep-history.ts';
import { ledgerSource } from '#ledger/reader-source.ts';
import { watchTopics } from './live-view.ts';
import { gatewayMetrics } from './metrics.ts';
import { streamMetrics } from './stream/metrics.ts';
import { openStream } from './stream/open-stream.ts';

const GatewaySlice = z.looseObject({
  data_dir: z.string().min(1),
  redis: RedisConfig.prefault({}),
  cache: CacheConfig.prefault({}),
  gateway: GatewayConfig.prefault({}),
});

await runAgent({
  name: 'gateway',
  config: GatewaySlice,
  start: async (context) => {
    const { config, clock, instance, log, metrics, stack } = context;
    const own = gatewayMetrics(metrics);
    let inForce = config;
    context.onConfig((next) => {
      inForce = next;
    });
    const { bus, cache, history, ledger, live } = await openSources(context);
    const settings = () => inForce.gateway;
    const door = openAccess({
      config: settings,
      dataDir: config.data_dir,
      clock,
      log,
      metrics: own,
    });
    const server = await gateway({
      access: door,
      settings,
      askDesk: (request) => askDesk(request, { dataDir: config.data_dir, clock }),
      bus,
      cache,
      clock,
      history,
      instance,
      ledger,
      live,
      log,
      config: config.gateway,
      metrics: own,
      ownFamilies: () => {
        // Looks at the token file, so that what is told of it is of now.
        door.tokens();
        return metrics.families();
      },
      shownConfig: () => z.record(z.string(), z.unknown()).parse(maskConfig(inForce)),
    });
    stack.adopt(server, (open) => open.close());
    const stream = openStream(server.server, {
      access: door,
      bus,
      config: config.gateway,
      context,
      history,
      ledger,
      live,
      metrics: streamMetrics(metrics),
    });
    stack.adopt(stream, (open) => open.close());
    const port = await listen(server, config.gateway);
    stack.use(
      await keepHistory({
        bus,
        history,
        metrics: own,
        maxDecisions: () => inForce.gateway.history_max_decisions,
        context,
        onRecorded: (decision) => stream.decided(decision),
      }),
    );
    context.addCheck('redis', () => ({
      isOk: bus.isConnected(),
      detail: bus.isConnected() ? 'connected' : 'away',
    }));
    log.info({ host: config.gateway.host, port }, 'gateway listens');
    context.ready({ port, url: addressFor(config.gateway.host, port) });
  },
});

/** What the routes and the stream read from. */
async function openSources({
  config,
  clock,
  instance,
  log,
  metrics,
  stack,
}: AgentContext<z.output<typeof GatewaySlice>>) {
  const address = redisAddress(config.redis);
  if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
  const connection = { ...address, instance, clock, log, limitMs: config.redis.limit_ms };
  const history = stack.adopt(openHistory(join(config.data_dir, 'history.db')), (open) =>
    open.close(),
  );
  const ledger = stack.adopt(
    ledgerSource(
      () => openLedgerReader(join(config.data_dir, 'ledger.db')),
      (err) => log.debug({ err }, 'ledger cannot be read'),
    ),
    (open) => open.close(),
  );
  const bus = stack.adopt(await openBus({ ...connection, observer: busMetrics(metrics) }), (open) =>
    open.close(),
  );
  const cache = stack.adopt(
    openCandleCache({ ...connection, config: config.cache, observer: cacheMetrics(metrics) }),
    (open) => open.close(),
  );
  const live = stack.use(await watchTopics(bus));
  return { bus, cache, history, ledger, live };
}

// Listening everywhere is reached on loopback from this machine.
function addressFor(host: string, port: number): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const address = isEverywhere ? '127.0.0.1' : host;
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
