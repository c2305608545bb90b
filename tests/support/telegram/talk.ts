/** What a person does with the bot: write, wait for the answer, press a button. */
import { eventually } from '../eventually.ts';
import type { BotApi, Person } from './bot-api.ts';
import type { Button, SeenMessage } from './bot-methods.ts';

// An answer may wait for a line that comes back, and for what else is told.
const ANSWER_MS = 60_000;

export function inChat(api: BotApi, { chatId }: Pick<Person, 'chatId'>): readonly SeenMessage[] {
  return api.messages.filter((message) => message.chatId === chatId);
}

/** The message that is the `count`th in this chat. */
export async function answered(api: BotApi, to: Person, count = 1): Promise<SeenMessage> {
  await eventually(() => inChat(api, to).length >= count, {
    withinMs: 15_000,
    what: `${count} messages in chat ${to.chatId}`,
  });
  return inChat(api, to)[count - 1] as SeenMessage;
}

/** Writes and waits for the answer, whatever else the desk tells meanwhile. */
export async function askBot(api: BotApi, from: Person, text: string): Promise<SeenMessage> {
  const id = api.say(from, text);
  const answer = () => inChat(api, from).find(({ replyTo }) => replyTo === id);
  await eventually(() => answer() !== undefined, {
    withinMs: ANSWER_MS,
    what: `an answer to ${text}`,
  });
  return answer() as SeenMessage;
}

export interface Prompt {
  readonly prompt: SeenMessage;
  readonly confirm: Button;
  readonly cancel: Button;
}

/** Writes a command that asks for a confirmation. */
export async function confirmPrompt(api: BotApi, from: Person, text: string): Promise<Prompt> {
  const prompt = await askBot(api, from, text);
  const [confirm, cancel] = prompt.buttons[0] ?? [];
  if (confirm === undefined || cancel === undefined) {
    throw new Error(`${text} was not asked to be confirmed: ${prompt.text}`);
  }
  return { prompt, confirm, cancel };
}
