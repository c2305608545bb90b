/** Telegram as a channel of the notifier, and the bot that answers in it. */
import { resolve } from 'node:path';
import { LoggingConfig } from '#platform/log/config.ts';
import { logDirectory } from '#platform/log/directory.ts';
import { createRedactor } from '#platform/log/redact.ts';
import { ConfigError, errorText } from '#platform/errors.ts';
import { calendar } from '#core/portfolio/calendar.ts';
import { promotionFacts } from '#promotion/promotion-subject.ts';
import { programVersion } from '#platform/version.ts';
import type { Channel } from '../channel.ts';
import type { NotifierPorts } from '../ports.ts';
import { besideTheDisk, commandLog } from './access/command-log.ts';
import { confirmations } from './access/confirmations.ts';
import { strangers } from './access/strangers.ts';
import type { CommandPorts, ConfirmAnswer } from './commands/command.ts';
import { allCommands } from './commands/registry.ts';
import type { TelegramConfig } from './config.ts';
import { deskView } from './desk-view.ts';
import { telegramMetrics } from './metrics.ts';
import { telegramChannel } from './telegram-channel.ts';
import { zoneText } from './text/zone-text.ts';
import { botClient, type BotClient } from './transport/bot-client.ts';
import { outbox } from './transport/outbox.ts';
import { poll } from './transport/poller.ts';
import { handleUpdate } from './updates/handle-update.ts';
import type { HandlePorts } from './updates/handling.ts';
import { readUpdate } from './updates/read-update.ts';
import { replies } from './updates/replies.ts';

export interface TelegramPorts extends NotifierPorts {
  readonly config: TelegramConfig;
  /** The effective config with every secret hidden. */
  readonly shownConfig: Readonly<Record<string, unknown>>;
}

export interface OpenTelegram {
  readonly channel: Channel;
  close(): Promise<void>;
}

const ROOT_DIR = resolve(import.meta.dirname, '../../../..');
/** Telegram shows commands of at most 256 characters. */
const DESCRIPTION_MAX = 100;
const CLOSE_WITHIN_MS = 3_000;

export function openTelegram(ports: TelegramPorts): OpenTelegram {
  const { config, context } = ports;
  const { clock, log } = context;
  if (config.token === null) throw new ConfigError('notifier.telegram.token is missing');
  const metrics = telegramMetrics(context.metrics);
  const logging = LoggingConfig.parse(ports.shownConfig['logging'] ?? {});
  const client = botClient({ ...config, token: config.token }, clock);
  const stop = new AbortController();
  const { signal } = stop;
  const zone = zoneText(ports.timeZone);
  const outgoing = outbox({ client, clock, count: metrics.message });
  const contact: Contact = { botName: undefined, problem: 'not connected yet' };
  const commandPorts: CommandPorts = {
    desk: deskView({
      ...ports,
      mode: String(ports.shownConfig['mode']),
      quoteAsset: String(ports.shownConfig['quote_asset']),
    }),
    zone,
    calendar: calendar(ports.timeZone),
    shownConfig: ports.shownConfig,
    ask: ports.ask,
    history: ports.history,
    hooks: ports.hooks,
    logFolder: logDirectory({
      rootDir: ROOT_DIR,
      dataDir: ports.dataDir,
      directory: logging.directory,
    }),
    redact: createRedactor([config.token]).text,
    version: programVersion(),
  };
  const handling: HandlePorts = {
    acting: { ask: ports.ask, clock, signal },
    botName: () => contact.botName,
    clock,
    commandLog: besideTheDisk(commandLog(ports.database), log),
    commandPorts,
    commands: allCommands(() => promotionFacts(ports.shownConfig, ROOT_DIR)),
    config,
    confirmations: confirmations<ConfirmAnswer>(clock, config.confirm_seconds),
    log,
    metrics,
    replies: replies({ outbox: outgoing, client, clock, log, signal }),
    strangers: strangers(),
    background: context.background,
  };
  context.addCheck('telegram', () => ({
    isOk: contact.problem === undefined,
    detail: contact.problem ?? `answers as @${contact.botName}`,
  }));
  metrics.connected(false);
  const polling = startPolling(ports, { client, contact, handling, metrics, signal });

  return {
    channel: telegramChannel({ outbox: outgoing, chats: config.chats, clock, zone, log }),
    close: async () => {
      handling.confirmations.clear();
      stop.abort();
      const late = clock.sleep(CLOSE_WITHIN_MS);
      await Promise.race([polling, late]);
    },
  };
}

interface Contact {
  botName: string | undefined;
  problem: string | undefined;
}

interface Parts {
  readonly client: BotClient;
  readonly contact: Contact;
  readonly handling: HandlePorts;
  readonly metrics: ReturnType<typeof telegramMetrics>;
  readonly signal: AbortSignal;
}

function startPolling({ config, context }: TelegramPorts, parts: Parts): Promise<void> {
  const { client, contact, handling, metrics, signal } = parts;
  const { clock, log, random } = context;
  return poll(
    {
      client,
      clock,
      log,
      random,
      seconds: config.poll_seconds,
      handle: async (update) => {
        const heard = readUpdate(update);
        if (heard === undefined) return metrics.update('ignored');
        try {
          await handleUpdate(handling, heard);
        } catch (error) {
          if (!signal.aborted) metrics.update('failed');
          throw error;
        }
      },
      onConnected: (name) => {
        contact.botName = name;
        log.info({ bot: name }, 'telegram is connected');
        context.background('show the commands', showCommands(parts));
      },
      onContact: () => {
        contact.problem = undefined;
        metrics.connected(true);
        metrics.contact(clock.now());
      },
      onLost: (problem) => {
        contact.problem = problem;
        metrics.connected(false);
      },
    },
    signal,
  );
}

/** The list that Telegram offers while a person types. */
async function showCommands({ client, handling, signal }: Parts): Promise<void> {
  const shown = handling.commands.map(({ name, help }) => ({
    command: name,
    description: help.slice(0, DESCRIPTION_MAX),
  }));
  try {
    await client.showCommands(shown, signal);
  } catch (error) {
    handling.log.debug({ problem: errorText(error) }, 'the commands could not be shown');
  }
}
