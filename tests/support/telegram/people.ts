/** The people of the tests, and the config in which the bot knows three of them. */
import { TelegramConfig } from '#agents/notifier/telegram/config.ts';
import type { BotApi, Person } from './bot-api.ts';

export const ALICE: Person = { chatId: 11, userId: 11, name: 'Alice' };
export const BOB: Person = { chatId: 12, userId: 12, name: 'Bob' };
export const VERA: Person = { chatId: 13, userId: 13, name: 'Vera' };
export const STRANGER: Person = { chatId: 99, userId: 99, name: 'Mallory' };

export function botConfig(
  api: Pick<BotApi, 'token' | 'url'>,
  changed: Readonly<Record<string, unknown>> = {},
): TelegramConfig {
  return TelegramConfig.parse({
    token: api.token,
    api_root: api.url,
    chats: [11, 12, 13, -500],
    users: [
      { id: 11, name: 'alice', role: 'admin' },
      { id: 12, name: 'bob', role: 'trader' },
      { id: 13, name: 'vera', role: 'viewer' },
    ],
    poll_seconds: 1,
    timeout_seconds: 2,
    ...changed,
  });
}
