import type { Redis } from 'ioredis';
import { z } from 'zod';
import { wireName, type QueueContract } from '../contract.ts';
import type { Guard } from '#platform/redis/guard.ts';
import { deadLetterKey } from './keys.ts';

/** What nobody could handle, as it came, for a person to look at. */
export const DeadLetter = z.strictObject({
  jobId: z.string(),
  reason: z.string(),
  atMs: z.int(),
  /** Instance that gave up. */
  by: z.string(),
  /** The job's data as text, cut when longer than the bound. */
  raw: z.string(),
});
export type DeadLetter = z.output<typeof DeadLetter>;

const LETTERS_MAX = 1_000;
// Longer than any message of ours; the list stays within some 16 MB whatever comes.
const RAW_CHARS_MAX = 16_000;

export interface DeadLetters {
  add<T>(queue: QueueContract<T>, letter: DeadLetter): Promise<void>;
  /** Newest first. */
  list<T>(queue: QueueContract<T>, limit: number): Promise<readonly DeadLetter[]>;
}

/** A bounded list per queue: the newest thousand. */
export function deadLetters(redis: Redis, guard: Guard): DeadLetters {
  return {
    add: async (queue, letter) => {
      const key = deadLetterKey(queue);
      const text = JSON.stringify({ ...letter, raw: letter.raw.slice(0, RAW_CHARS_MAX) });
      await guard.run(wireName(queue), () =>
        redis
          .multi()
          .lpush(key, text)
          .ltrim(key, 0, LETTERS_MAX - 1)
          .exec(),
      );
    },
    list: async (queue, limit) => {
      const texts = await guard.run(wireName(queue), () =>
        redis.lrange(deadLetterKey(queue), 0, limit - 1),
      );
      return texts.map((text) => DeadLetter.parse(JSON.parse(text)));
    },
  };
}
