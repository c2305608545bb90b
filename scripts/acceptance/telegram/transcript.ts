/** What the chats saw, line by line. */
import type { BotApi } from '../../../tests/support/telegram/bot-api.ts';
import type { SeenMessage } from '../../../tests/support/telegram/bot-methods.ts';

export function printTranscript(api: BotApi, chatId: number): void {
  console.log(`\ntranscript of chat ${chatId}`);
  for (const message of api.messages) {
    if (message.chatId === chatId) console.log(line(message));
  }
  console.log('\ntranscript of the people');
  for (const message of api.messages) {
    if (message.chatId !== chatId && message.replyTo !== undefined) {
      console.log(`${line(message)}  [chat ${message.chatId}]`);
    }
  }
}

function line({ atMs, text, isSilent, photoBytes, buttons }: SeenMessage): string {
  const time = new Date(atMs).toISOString().slice(11, 23);
  const marks = [
    ...(isSilent ? ['silent'] : []),
    ...(photoBytes === undefined ? [] : [`picture ${photoBytes} bytes`]),
    ...buttons.flat().map((button) => `[${button.text}]`),
  ];
  const shown = text.split('\n').join(' / ');
  return `  ${time}  ${shown}${marks.length === 0 ? '' : `  (${marks.join(' ')})`}`;
}
