/**
 * What the desk uses of the Bot API. telegraf's `launch` is not among it: its poll may hang for 500 s
 * on a dead line, ends on a conflict or an API that is away at the start, and waits without hearing a
 * stop (poller.ts is ours).
 */
import type { Update } from 'telegraf/types';
import type { Clock } from '#platform/clock/clock.ts';
import type { TelegramConfig } from '../config.ts';
import { botCalls, type BotPayload } from './bot-calls.ts';

export interface Button {
  readonly text: string;
  /** At most 64 bytes. */
  readonly data: string;
}

export interface OutgoingPiece {
  readonly chatId: number;
  readonly html: string;
  readonly isSilent: boolean;
  readonly buttons?: readonly (readonly Button[])[] | undefined;
  readonly replyTo?: number | undefined;
  /** PNG; the text becomes its caption. */
  readonly picture?: Uint8Array | undefined;
}

export interface BotClient {
  /** The bot's name; also ends a webhook, with which polling does not work. */
  connect(signal: AbortSignal): Promise<string>;
  /** Everything from `offset` on; confirms what is before. Waits at most `seconds` for the first. */
  updates(offset: number, seconds: number, signal: AbortSignal): Promise<readonly Update[]>;
  /** The message's id. */
  send(piece: OutgoingPiece, signal: AbortSignal): Promise<number>;
  edit(messageId: number, piece: OutgoingPiece, signal: AbortSignal): Promise<void>;
  /** Ends the waiting sign on a pressed button. */
  answerButton(callbackId: string, text: string, signal: AbortSignal): Promise<void>;
  showCommands(commands: readonly ShownCommand[], signal: AbortSignal): Promise<void>;
}

export interface ShownCommand {
  readonly command: string;
  readonly description: string;
}

const NOTE_MAX = 190;

export function botClient(
  config: Pick<TelegramConfig, 'api_root' | 'timeout_seconds'> & { readonly token: string },
  clock: Clock,
): BotClient {
  const bot = botCalls(config, clock);
  const limitMs = config.timeout_seconds * 1_000;
  return {
    connect: async (signal) => {
      const { username } = await bot.call<{ username: string }>('getMe', {}, { signal });
      await bot.call('deleteWebhook', { drop_pending_updates: false }, { signal });
      return username;
    },
    updates: (offset, seconds, signal) =>
      bot.call(
        'getUpdates',
        { offset, timeout: seconds, allowed_updates: ['message', 'callback_query'] },
        { signal, ms: seconds * 1_000 + limitMs },
      ),
    send: async (piece, signal) => {
      const to = { chat_id: piece.chatId, disable_notification: piece.isSilent };
      const { picture } = piece;
      if (picture !== undefined) {
        return bot.upload({ ...to, caption: piece.html, ...looks(piece) }, picture, { signal });
      }
      const sent = await bot.call<{ message_id: number }>(
        'sendMessage',
        { ...to, ...textOf(piece), ...looks(piece) },
        { signal },
      );
      return sent.message_id;
    },
    edit: async (messageId, piece, signal) => {
      const which = { chat_id: piece.chatId, message_id: messageId };
      await bot.call(
        'editMessageText',
        { ...which, ...textOf(piece), ...looks(piece) },
        { signal },
      );
    },
    answerButton: async (callbackId, text, signal) => {
      const payload = { callback_query_id: callbackId, text: text.slice(0, NOTE_MAX) };
      await bot.call('answerCallbackQuery', payload, { signal });
    },
    showCommands: async (commands, signal) => {
      await bot.call('setMyCommands', { commands }, { signal });
    },
  };
}

function textOf({ html }: OutgoingPiece): BotPayload {
  return { text: html, link_preview_options: { is_disabled: true } };
}

function looks({ buttons = [], replyTo }: OutgoingPiece): BotPayload {
  const keyboard = buttons.map((row) =>
    row.map(({ text, data }) => ({ text, callback_data: data })),
  );
  return {
    parse_mode: 'HTML',
    ...(keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } }),
    ...(replyTo === undefined
      ? {}
      : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }),
  };
}
