/** Counts who is not in the config, and says so at most once a day: the chat itself gets nothing. */
import type { Sender } from './who.ts';

export interface Strangers {
  /** How many updates to tell of now; undefined = nothing is to be told. */
  note(from: Sender, nowMs: number): StrangerNotice | undefined;
}

export interface StrangerNotice {
  readonly updates: number;
  readonly people: number;
}

const NOTICE_MS = 86_400_000;
// Somebody who writes from many accounts must not fill the memory.
const PEOPLE_MAX = 1_000;

export function strangers(): Strangers {
  const people = new Set<string>();
  let updates = 0;
  let toldMs: number | undefined;
  return {
    note: ({ chatId, userId }, nowMs) => {
      updates += 1;
      if (people.size < PEOPLE_MAX) people.add(`${chatId} ${userId}`);
      if (toldMs !== undefined && nowMs - toldMs < NOTICE_MS) return undefined;
      const notice = { updates, people: people.size };
      toldMs = nowMs;
      updates = 0;
      people.clear();
      return notice;
    },
  };
}
