/**
 * Telegram's flood limits, strictly: one message a second in a chat, 20 a minute in a group, 30 a
 * second over all. The real ones let short bursts pass; whoever keeps these keeps those.
 */
export interface FloodGate {
  /** Seconds to wait, as in `retry_after`; 0 when the message may pass, which is then counted. */
  ask(chatId: number, nowMs: number): number;
}

const CHAT_MS = 1_000;
const GROUP_WINDOW_MS = 60_000;
const GROUP_MAX = 20;
const OVERALL_MAX = 30;

export function floodGate(): FloodGate {
  const passed: { readonly chatId: number; readonly atMs: number }[] = [];

  return {
    ask: (chatId, nowMs) => {
      while (passed[0] !== undefined && passed[0].atMs <= nowMs - GROUP_WINDOW_MS) passed.shift();
      const here = passed.filter((one) => one.chatId === chatId);
      const waits = [
        (here.at(-1)?.atMs ?? -Infinity) + CHAT_MS - nowMs,
        (passed.at(-OVERALL_MAX)?.atMs ?? -Infinity) + 1_000 - nowMs,
        chatId < 0 ? (here.at(-GROUP_MAX)?.atMs ?? -Infinity) + GROUP_WINDOW_MS - nowMs : 0,
      ];
      const waitMs = Math.max(0, ...waits);
      if (waitMs > 0) return Math.ceil(waitMs / 1_000);
      passed.push({ chatId, atMs: nowMs });
      return 0;
    },
  };
}
