import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '#platform/clock/clock.ts';
import type { Backlog } from '../bus.ts';
import { wireName, type QueueContract } from '../contract.ts';
import type { Guard } from '#platform/redis/guard.ts';
import { deadLetterKey, queueKey } from './keys.ts';

// BullMQ pushes on the left and takes from the right, so the last of `wait` is the oldest.
const READ = `local oldest = redis.call('LINDEX', KEYS[1], -1)
local stamp = oldest and redis.call('HGET', ARGV[1] .. oldest, 'timestamp') or '0'
return {redis.call('LLEN', KEYS[1]), redis.call('ZCARD', KEYS[2]), redis.call('LLEN', KEYS[3]),
  redis.call('LLEN', KEYS[4]), stamp or '0'}`;

const Reply = z.tuple([z.int(), z.int(), z.int(), z.int(), z.coerce.number()]);

/** Reads a queue's numbers in one round trip. Jobs that wait for their next try count as waiting. */
export async function readBacklog<T>(
  queue: QueueContract<T>,
  at: { readonly redis: Redis; readonly guard: Guard; readonly clock: Clock },
): Promise<Backlog> {
  const keys = [
    queueKey(queue, 'wait'),
    queueKey(queue, 'delayed'),
    queueKey(queue, 'active'),
    deadLetterKey(queue),
  ];
  const reply = await at.guard.run(wireName(queue), () =>
    at.redis.eval(READ, keys.length, ...keys, queueKey(queue, '')),
  );
  const [waiting, delayed, active, dead, stampMs] = Reply.parse(reply);
  return {
    waiting: waiting + delayed,
    active,
    dead,
    oldestMs: stampMs === 0 ? 0 : Math.max(0, at.clock.now() - stampMs),
  };
}
