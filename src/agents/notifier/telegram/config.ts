import { z } from 'zod';

/** What a person may do. Each may also do what the ones before may. */
export const Role = z.enum(['viewer', 'trader', 'admin']);
export type Role = z.output<typeof Role>;

const TelegramUser = z.strictObject({
  /** Number that Telegram gave the person; the bot @userinfobot tells it. */
  id: z.int().positive(),
  /** How the person is called in the audit: `telegram:NAME`. */
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,30}$/i, 'expected letters, digits, . _ -'),
  role: Role,
});
export type TelegramUser = Readonly<z.output<typeof TelegramUser>>;

/** Section `notifier.telegram`. The bot runs when it has a token. */
export const TelegramConfig = z
  .strictObject({
    /** From @BotFather; by environment or `.env`, never in a file that is shared. */
    token: z
      .string()
      .regex(/^\d+:[\w-]{20,}$/, 'expected a bot token such as "123456:AAE..." from @BotFather')
      .nullable()
      .default(null),
    api_root: z.url({ protocol: /^https?$/ }).default('https://api.telegram.org'),
    /** Chats that get the messages and in which commands are heard. Groups have negative ids. */
    chats: z.array(z.int()).max(20).default([]),
    /** People whose commands are heard, in those chats alone. */
    users: z.array(TelegramUser).max(50).default([]),
    allow_raising_risk: z.boolean().default(false),
    /** How long one question for news stays open at Telegram. */
    poll_seconds: z.int().min(1).max(50).default(25),
    /** A call that takes longer has failed. */
    timeout_seconds: z.number().min(1).max(120).default(15),
    confirm_seconds: z.int().min(5).max(600).default(60),
  })
  .superRefine((config, context) => {
    const issue = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (config.token !== null && config.chats.length === 0) {
      issue('chats', 'a bot without a chat has nobody to tell: list the id of your chat');
    }
    if (new Set(config.chats).size < config.chats.length)
      issue('chats', 'a chat stands here twice');
    const ids = config.users.map(({ id }) => id);
    if (new Set(ids).size < ids.length) issue('users', 'a user id stands here twice');
    const names = config.users.map(({ name }) => name.toLowerCase());
    if (new Set(names).size < names.length) issue('users', 'a name stands here twice');
  });
export type TelegramConfig = Readonly<z.output<typeof TelegramConfig>>;
