import { Role, type TelegramConfig, type TelegramUser } from '../config.ts';

export interface Sender {
  readonly chatId: number;
  readonly userId: number;
}

/** The person of the config, if chat and person are both in it; a stranger otherwise. */
export function whoIs(
  { chats, users }: Pick<TelegramConfig, 'chats' | 'users'>,
  { chatId, userId }: Sender,
): TelegramUser | undefined {
  return chats.includes(chatId) ? users.find(({ id }) => id === userId) : undefined;
}

export function mayAct(role: Role, needed: Role): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(needed);
}
