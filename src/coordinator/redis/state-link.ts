/**
 * The part of the bus a supervisor needs: states and the length of a queue. Not the whole bus,
 * since that loads BullMQ, some 8 MB in a process that sends no work.
 */
import type { Bus } from '#bus/bus.ts';
import { silentObserver } from '#bus/observer.ts';
import { readBacklog } from '#bus/redis/backlog.ts';
import { stateStore } from '#bus/redis/states.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import { connectRedis } from '#platform/redis/connection.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import { guardConnection } from '#platform/redis/guard.ts';

export interface StateLink extends Pick<Bus, 'set' | 'get' | 'all' | 'remove' | 'backlog'> {
  info(): Promise<string>;
  close(): void;
}

export interface StateLinkOptions {
  readonly address: RedisAddress;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Time limit of every call. */
  readonly limitMs: number;
}

/** Connects in the background and for ever; calls fail within their limit while Redis is away. */
export function openStateLink(options: StateLinkOptions): StateLink {
  const { address, clock, random, log } = options;
  const redis = connectRedis({ address, name: 'coordinator', random, whileDown: 'refuse' });
  // ioredis reports every failed try; that Redis is away is known from its own supervision.
  redis.on('error', (error) => log.debug({ err: error }, 'redis connection failed'));
  const guard = guardConnection(redis, clock, options.limitMs);
  const shared = { instance: 'coordinator', clock, log, observer: silentObserver };
  return {
    ...stateStore(shared, redis, guard),
    backlog: (queue) => readBacklog(queue, { redis, guard, clock }),
    info: () => guard.run('info', () => redis.info()),
    close: () => redis.disconnect(),
  };
}
