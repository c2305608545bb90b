/** What an update of Telegram says, as far as the desk listens. */
import type { Update } from 'telegraf/types';

interface Heard {
  readonly updateId: number;
  readonly chatId: number;
  readonly userId: number;
  readonly messageId: number;
}

export type HeardUpdate =
  | (Heard & { readonly kind: 'text'; readonly text: string; readonly sentMs: number })
  | (Heard & { readonly kind: 'press'; readonly callbackId: string; readonly data: string });

/** Undefined for what nobody wrote to the bot: an edit, a photo, a post without an author. */
export function readUpdate(update: Update): HeardUpdate | undefined {
  if ('message' in update) {
    const { message } = update;
    if (!('text' in message)) return undefined;
    return {
      kind: 'text',
      updateId: update.update_id,
      chatId: message.chat.id,
      userId: message.from.id,
      messageId: message.message_id,
      text: message.text,
      sentMs: message.date * 1_000,
    };
  }
  if (!('callback_query' in update)) return undefined;
  const query = update.callback_query;
  if (query.message === undefined || !('data' in query)) return undefined;
  return {
    kind: 'press',
    updateId: update.update_id,
    chatId: query.message.chat.id,
    userId: query.from.id,
    messageId: query.message.message_id,
    callbackId: query.id,
    data: query.data,
  };
}

interface AskedCommand {
  readonly name: string;
  readonly args: readonly string[];
}

/** `/close@nightdesk_bot BTC/USDT`; undefined for other text and for commands of another bot. */
function readCommand(text: string, botName: string | undefined): AskedCommand | undefined {
  const [word = '', ...args] = text.trim().split(/\s+/);
  const [, name, bot] = /^\/([a-z0-9_]+)(?:@(\w+))?$/i.exec(word) ?? [];
  if (name === undefined) return undefined;
  const isForOther = bot !== undefined && bot.toLowerCase() !== botName?.toLowerCase();
  return isForOther ? undefined : { name: name.toLowerCase(), args };
}

export interface CommandWords extends AskedCommand {
  readonly kind: 'command';
  /** As it stands in the record. */
  readonly text: string;
  /** The answer replaces the message that has the button. */
  readonly isRefresh: boolean;
}

export interface ButtonWords {
  readonly kind: 'button';
  readonly text: string;
  readonly verb: 'confirm' | 'cancel' | 'acknowledge';
  readonly id: string;
}

export type Words = CommandWords | ButtonWords;

const VERBS: Readonly<Record<string, ButtonWords['verb']>> = {
  c: 'confirm',
  x: 'cancel',
  k: 'acknowledge',
};

/** A command typed, a command behind a button (`p:`; `r:` in place of the message), or a verb. */
export function readWords(heard: HeardUpdate, botName: string | undefined): Words | undefined {
  if (heard.kind === 'text') return commandWords(heard.text, { botName, isRefresh: false });
  const [, letter = '', id = ''] = /^([a-z]):(.+)$/.exec(heard.data) ?? [];
  if (letter === 'p' || letter === 'r') {
    return commandWords(`/${id}`, { botName, isRefresh: letter === 'r' });
  }
  const verb = VERBS[letter];
  return verb === undefined ? undefined : { kind: 'button', text: `(${verb} ${id})`, verb, id };
}

function commandWords(
  text: string,
  { botName, isRefresh }: { readonly botName: string | undefined; readonly isRefresh: boolean },
): CommandWords | undefined {
  const command = readCommand(text, botName);
  return command === undefined ? undefined : { kind: 'command', text, isRefresh, ...command };
}
