import type { OpenChannels } from './agent.ts';
import type { NotifierConfig } from './config.ts';
import type { NotifierPorts } from './ports.ts';
import { webhookChannel } from './webhooks/webhook-channel.ts';

interface Configured {
  readonly config: () => NotifierConfig;
  /** The effective config with every secret hidden. */
  readonly shownConfig: Readonly<Record<string, unknown>>;
}

/** Every channel that the config names; the bot's package is loaded only where there is a bot. */
export async function openChannels(
  ports: NotifierPorts,
  { config, shownConfig }: Configured,
): Promise<OpenChannels> {
  const { telegram, webhooks } = config();
  const hooked = webhooks.map((webhook) => ({
    ...webhookChannel(webhook, ports.context.clock),
    minLevel: () => webhook.min_level,
  }));
  if (telegram.token === null) return { channels: hooked, close: () => Promise.resolve() };
  const { openTelegram } = await import('./telegram/open-telegram.ts');
  const bot = openTelegram({ ...ports, config: telegram, shownConfig });
  const channel = { ...bot.channel, minLevel: () => config().min_level };
  return { channels: [channel, ...hooked], close: () => bot.close() };
}
