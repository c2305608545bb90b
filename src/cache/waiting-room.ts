import type { Clock } from '#platform/clock/clock.ts';
import type { CacheEvent } from './redis/events.ts';

export type Word = Extract<CacheEvent, { type: 'filled' | 'failed' }>;

/** Where flights wait to hear from another process about their entry; bounded by the flights. */
export interface WaitingRoom {
  /** Listens from now on, so that a word between looking and waiting is not missed. */
  enter(id: string): { heard(withinMs: number): Promise<Word | undefined>; leave(): void };
  tell(word: Word): void;
}

export function createWaitingRoom(clock: Clock): WaitingRoom {
  const listeners = new Map<string, Set<(word: Word) => void>>();

  return {
    enter: (id) => {
      const { promise, resolve } = Promise.withResolvers<Word | undefined>();
      const here = listeners.get(id) ?? new Set();
      here.add(resolve);
      listeners.set(id, here);
      return {
        heard: async (withinMs) => {
          const timer = clock.after(withinMs, () => resolve(undefined));
          try {
            return await promise;
          } finally {
            timer.cancel();
          }
        },
        leave: () => {
          here.delete(resolve);
          if (here.size === 0 && listeners.get(id) === here) listeners.delete(id);
        },
      };
    },
    tell: (word) => {
      for (const hear of listeners.get(word.id) ?? []) hear(word);
    },
  };
}
