/** The bot beside a whole desk: its ledger, its Redis, its control socket, all real. */
import { join } from 'node:path';
import { openTelegram } from '#agents/notifier/telegram/open-telegram.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { openHistoryReader } from '#history/read-history.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ledgerSource } from '#ledger/reader-source.ts';
import { connectSqlite } from '#ledger/sqlite/connection.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import type { BotApi } from './bot-api.ts';
import { botConfig } from './people.ts';

export async function botBeside(
  { dataDir, logDir }: { readonly dataDir: string; readonly logDir: string },
  api: BotApi,
  changed: Readonly<Record<string, unknown>> = {},
): Promise<AsyncDisposable> {
  const clock = systemClock();
  const bus = await openBus({
    socketPath: socketPath(dataDir, 'redis.sock'),
    instance: 'notifier',
    clock,
  });
  const ledger = ledgerSource(
    () => openLedgerReader(join(dataDir, 'ledger.db')),
    () => undefined,
  );
  const database = connectSqlite({ path: ':memory:', isReadOnly: false, lockWaitMs: 0 });
  const bot = openTelegram({
    config: botConfig(api, changed),
    shownConfig: {
      mode: 'shadow',
      quote_asset: 'USDT',
      timeframe: '1s',
      exchange: { name: 'practice' },
      logging: { directory: logDir },
    },
    context: {
      addCheck: () => undefined,
      background: (_, work) => void work.catch(() => undefined),
      clock,
      every: () => undefined,
      log: silentLog(),
      metrics: createMetrics({ agent: 'notifier', instance: 'notifier' }),
      random: seededRandom(1),
      signal: new AbortController().signal,
    },
    dataDir,
    database,
    ledger,
    bus,
    ask: (request) => askDesk(request, { dataDir, clock }),
    history: () => openHistoryReader(join(dataDir, 'history.db')),
    hooks: { mute: () => undefined, mutedUntilMs: () => undefined, acknowledge: () => false },
    timeZone: 'UTC',
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await bot.close();
      await ledger.close();
      await bus.close();
      database.close();
    },
  };
}
