/**
 * The bot with a desk around it that a test holds in its hands: a real Bot API server, a real ledger,
 * and a coordinator that answers what the test says.
 */
import { Decision } from '#core/model/decision.ts';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import type { ReloadResult } from '#core/model/reload.ts';
import { openHistory } from '#history/history.ts';
import { openHistoryReader } from '#history/read-history.ts';
import { openTelegram, type OpenTelegram } from '#agents/notifier/telegram/open-telegram.ts';
import { tempLedger, trade, type TempLedger } from '#ledger/ledger.fixture.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ledgerSource } from '#ledger/reader-source.ts';
import { connectSqlite, type SqliteConnection } from '#ledger/sqlite/connection.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics, type Metrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { dirname, join } from 'node:path';
import { startBotApi, type BotApi } from './bot-api.ts';
import { botConfig } from './people.ts';

export interface BotDesk extends AsyncDisposable {
  readonly api: BotApi;
  readonly bot: OpenTelegram;
  readonly commands: OperatorCommand[];
  readonly muted: number[];
  readonly acknowledged: string[];
  readonly temp: TempLedger;
  readonly database: SqliteConnection;
  readonly metrics: Metrics;
  /** Ends this bot as a kill does, without a goodbye, and starts another one on the same files. */
  replaceBot(): Promise<void>;
}

export interface BotDeskOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the coordinator says to an operator's command; a function that never resolves is silence. */
  readonly answer?: (command: OperatorCommand) => string | Promise<string>;
  /** What the coordinator says to a reload. */
  readonly reload?: (isDryRun: boolean) => ReloadResult;
  readonly isApiDown?: boolean;
}

export async function botDesk(options: BotDeskOptions = {}): Promise<BotDesk> {
  const clock = systemClock();
  const temp = await tempLedger();
  const api = await startBotApi({ isDown: options.isApiDown ?? false });
  const database = connectSqlite({ path: ':memory:', isReadOnly: false, lockWaitMs: 0 });
  const ledger = ledgerSource(
    () => openLedgerReader(temp.path),
    () => undefined,
  );
  const historyPath = join(dirname(temp.path), 'history.db');
  const commands: OperatorCommand[] = [];
  const muted: number[] = [];
  const acknowledged: string[] = [];
  let metrics = createMetrics({ agent: 'notifier', instance: 'notifier' });
  let stop = new AbortController();

  const open = (): OpenTelegram =>
    openTelegram({
      config: botConfig(api, options.config),
      shownConfig: {
        mode: 'shadow',
        quote_asset: 'USDT',
        timeframe: '1m',
        exchange: { name: 'practice' },
        risk_limits: {},
      },
      context: {
        addCheck: () => undefined,
        background: (_, work) => void work.catch(() => undefined),
        clock,
        every: () => undefined,
        log: silentLog(),
        metrics,
        random: seededRandom(1),
        signal: stop.signal,
      },
      dataDir: dirname(temp.path),
      database,
      ledger,
      bus: {
        isConnected: () => false,
        get: () => Promise.resolve(undefined),
        all: () => Promise.resolve(new Map()),
        subscribe: () => Promise.reject(new Error('no redis')),
      },
      ask: async (request) => {
        if (request.kind === 'status') return { body: STATUS };
        if (request.kind === 'reload') return { body: options.reload?.(request.isDryRun) };
        if (request.kind !== 'command') return undefined;
        const command = request.command as OperatorCommand;
        commands.push(command);
        const message = options.answer === undefined ? 'done' : await options.answer(command);
        return { body: { id: command.id, isDone: true, message } };
      },
      history: () => openHistoryReader(historyPath),
      hooks: {
        mute: (untilMs) => void muted.push(untilMs),
        mutedUntilMs: () => undefined,
        acknowledge: (id) => acknowledged.push(id) > 0,
      },
      timeZone: 'UTC',
    });
  let bot = open();

  return {
    api,
    get bot() {
      return bot;
    },
    commands,
    muted,
    acknowledged,
    temp,
    database,
    get metrics() {
      return metrics;
    },
    replaceBot: async () => {
      // Nothing it still wants to say or confirm reaches Telegram.
      await api.down();
      stop.abort();
      await bot.close();
      stop = new AbortController();
      metrics = createMetrics({ agent: 'notifier', instance: 'notifier' });
      await api.up();
      bot = open();
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await bot.close();
      await api[Symbol.asyncDispose]();
      await ledger.close();
      database.close();
      await temp[Symbol.asyncDispose]();
    },
  };
}

const STATUS = {
  pid: 1,
  sinceMs: 1_750_000_000_000,
  mode: 'shadow',
  exchange: 'practice',
  state: 'running',
  healthScore: 97.4,
  agents: [],
  facts: {},
};

/** A position of 0.1 BTC bought at 100. */
export async function buy({ ledger }: TempLedger, id = 'entry1'): Promise<void> {
  await trade(ledger, { id, trade: `t-${id}`, side: 'buy', qty: '0.1' });
}

export async function decided(temp: TempLedger, evaluationId: string): Promise<void> {
  const history = openHistory(join(dirname(temp.path), 'history.db'));
  await history.record([
    Decision.parse({
      evaluationId,
      variant: 'main',
      pair: 'BTC/USDT',
      timeframe: '1m',
      closeMs: 1_750_000_060_000,
      action: 'buy',
      stance: 0.61,
      confidence: 0.8,
      noEntry: [],
      rationale: 'trend & <momentum> agree',
      reports: [
        {
          analyst: 'trend',
          stance: 0.7,
          confidence: 0.9,
          evidence: [{ text: 'ema fast above slow', values: { fast: 101.123456, slow: 99 } }],
        },
      ],
      lastPrice: 100.5,
      stopDistanceFraction: 0.01,
      decidedMs: 1_750_000_060_010,
      evaluationMs: 3,
      worker: 'trading-worker-1',
    }),
  ]);
  history.close();
}
