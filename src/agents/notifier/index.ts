/** The notifier as a process of the desk. */
import { join } from 'node:path';
import { z } from 'zod';
import { RedisConfig, redisAddress } from '#bus/config.ts';
import { busMetrics } from '#bus/metrics.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { AlertCooldownMinutes } from '#core/alerts/risk-alerts.ts';
import { openHistoryReader, type HistoryReader } from '#history/read-history.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ledgerSource } from '#ledger/reader-source.ts';
import { liveView } from '#platform/config/live-view.ts';
import { maskConfig } from '#platform/config/secrets.ts';
import { ConfigError } from '#platform/errors.ts';
import { freshId } from '#platform/ids.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { programVersion } from '#platform/version.ts';
import { startNotifier } from './agent.ts';
import { NotifierConfig } from './config.ts';
import { openChannels } from './open-channels.ts';
import { openDatabase } from './open-database.ts';

/** Nothing here needs Redis: what comes by it is only sooner. */
const CONNECT_WITHIN_MS = 1_000;

await runAgent({
  name: 'notifier',
  config: z.looseObject({
    mode: z.enum(['shadow', 'production']),
    quote_asset: z.string(),
    data_dir: z.string().min(1),
    redis: RedisConfig.prefault({}),
    notifier: NotifierConfig.prefault({}),
    risk_agent: z.looseObject({ alert_cooldown_minutes: AlertCooldownMinutes }).prefault({}),
  }),
  start: async (context) => {
    const { config, clock, instance, log, metrics, stack } = context;
    const { data_dir: dataDir, mode, quote_asset: quoteAsset } = config;
    let inForce = config;
    let shown = masked(config);
    context.onConfig((next) => {
      inForce = next;
      shown = masked(next);
    });
    const ledgerPath = join(dataDir, 'ledger.db');
    const address = redisAddress(config.redis);
    if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
    const { database, isReplaced } = openDatabase(join(dataDir, 'notifier.db'), log, clock.now());
    stack.defer(() => database.close());
    const ledger = stack.adopt(
      ledgerSource(
        () => openLedgerReader(ledgerPath),
        (err) => log.debug({ err }, 'ledger cannot be read'),
      ),
      (open) => open.close(),
    );
    const bus = stack.adopt(
      await openBus({
        ...address,
        instance,
        clock,
        log,
        limitMs: config.redis.limit_ms,
        connectWithinMs: CONNECT_WITHIN_MS,
        observer: busMetrics(metrics),
      }),
      (open) => open.close(),
    );
    let history: HistoryReader | undefined;
    stack.defer(() => history?.close());
    const shownConfig = liveView(() => shown);
    return startNotifier({
      context,
      config: () => inForce.notifier,
      riskCooldownMs: () => inForce.risk_agent.alert_cooldown_minutes * 60_000,
      dataDir,
      ledgerPath,
      database,
      isReplaced,
      ledger,
      bus,
      ask: (request) => askDesk(request, { dataDir, clock }),
      history: () => (history ??= openHistoryReader(join(dataDir, 'history.db'))),
      openChannels: (ports) => openChannels(ports, { config: () => inForce.notifier, shownConfig }),
      subject: {
        account: mode === 'production' ? 'live' : 'shadow',
        mode,
        quoteAsset,
        version: programVersion(),
      },
      idPrefix: freshId().slice(0, 8),
    });
  },
});

function masked(config: unknown): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(maskConfig(config));
}
