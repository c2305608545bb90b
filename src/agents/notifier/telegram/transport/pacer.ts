/**
 * When the next message may go: Telegram asks bots for one a second in a chat, 20 a minute in a
 * group and 30 a second over all (core.telegram.org/bots/faq), and names a time itself (429).
 * Times are monotonic.
 */
export type MessageKind = 'alert' | 'answer';

export interface Pacer {
  /** How long a message to this chat has to wait still. Alerts leave room for answers in a group. */
  waitMs(chatId: number, nowMs: number, kind: MessageKind): number;
  /** A message goes; what is given back is called when it has arrived. */
  begin(chatId: number, nowMs: number): (endMs: number) => void;
  /** Telegram wants silence until then, in all chats: the limit that was hit is not named. */
  hush(untilMs: number): void;
}

const CHAT_MS = 1_000;
const GROUP_WINDOW_MS = 60_000;
const GROUP_MAX: Readonly<Record<MessageKind, number>> = { alert: 15, answer: 20 };
const OVERALL_WINDOW_MS = 1_000;
const OVERALL_MAX = 30;

export function pacer(): Pacer {
  // What is older than the longest window says nothing any more.
  let sent: { readonly chatId: number; atMs: number }[] = [];
  let quietUntilMs = Number.NEGATIVE_INFINITY;

  return {
    waitMs: (chatId, nowMs, kind) => {
      const here = sent.filter((one) => one.chatId === chatId);
      const freeMs = Math.max(
        quietUntilMs,
        after(newest(here, 1), CHAT_MS),
        after(newest(sent, OVERALL_MAX), OVERALL_WINDOW_MS),
        // Groups and channels have negative ids.
        chatId < 0 ? after(newest(here, GROUP_MAX[kind]), GROUP_WINDOW_MS) : nowMs,
      );
      return Math.max(0, freeMs - nowMs);
    },
    begin: (chatId, nowMs) => {
      sent = sent.filter(({ atMs }) => atMs > nowMs - GROUP_WINDOW_MS);
      const message = { chatId, atMs: nowMs };
      sent.push(message);
      return (endMs) => {
        message.atMs = endMs;
      };
    },
    hush: (untilMs) => {
      quietUntilMs = Math.max(quietUntilMs, untilMs);
    },
  };
}

/** When the `nth` message from the end went. */
function newest(messages: readonly { readonly atMs: number }[], nth: number): number | undefined {
  if (messages.length < nth) return undefined;
  return messages
    .map(({ atMs }) => atMs)
    .toSorted((a, b) => a - b)
    .at(-nth);
}

function after(atMs: number | undefined, windowMs: number): number {
  return atMs === undefined ? Number.NEGATIVE_INFINITY : atMs + windowMs;
}
