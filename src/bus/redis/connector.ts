/** The bus's connections: opened by purpose, closed together with the copies BullMQ made of them. */
import type { Redis } from 'ioredis';
import type { Clock } from '#platform/clock/clock.ts';
import { freshRandom } from '#platform/random.ts';
import { connectRedis, type RedisAddress } from '#platform/redis/connection.ts';
import { withinLimit } from '#platform/redis/guard.ts';
import type { Shared } from './shared.ts';

export function connector(
  options: RedisAddress,
  shared: Shared,
): {
  open(purpose: string, whileDown: 'refuse' | 'wait'): Redis;
  close(clock: Clock, last: () => Promise<void>): Promise<void>;
} {
  const random = freshRandom();
  const open: Redis[] = [];

  // BullMQ copies a connection for each queue it waits on; they have to end with the bus too.
  function trackCopies(redis: Redis): void {
    const duplicate = redis.duplicate.bind(redis);
    redis.duplicate = (override) => {
      const copy = duplicate(override);
      open.push(copy);
      return copy;
    };
  }

  return {
    open: (purpose, whileDown) => {
      const name = `${shared.instance}-${purpose}`;
      const address: RedisAddress =
        'url' in options ? { url: options.url } : { socketPath: options.socketPath };
      const redis = connectRedis({ address, name, random, whileDown });
      // ioredis reports each failed try; the commands connection says once that Redis is gone.
      redis.on('error', () => undefined);
      open.push(redis);
      trackCopies(redis);
      return redis;
    },
    close: async (clock, last) => {
      const quits = open.filter((redis) => redis.status === 'ready').map((redis) => redis.quit());
      const polite = last().then(() => Promise.allSettled(quits));
      await withinLimit(polite, {
        clock,
        limitMs: 1_000,
        what: 'quit',
        code: 'redis-timeout',
      }).catch(() => undefined);
      for (const redis of open) redis.disconnect();
    },
  };
}

/** `isClosing`: the bus itself ends the connection, which is no news to anybody. */
export function watchConnection(
  redis: Redis,
  { log, observer }: Pick<Shared, 'log' | 'observer'>,
  isClosing: () => boolean,
): void {
  let isUp = false;
  let wasLost = false;
  redis.on('ready', () => {
    isUp = true;
    observer.connection(true);
    // The first time is no news: an agent that is ready has it.
    if (wasLost) log.info({}, 'redis is connected again');
  });
  redis.on('close', () => {
    if (!isUp) return;
    isUp = false;
    wasLost = true;
    observer.connection(false);
    if (!isClosing()) log.warn({}, 'redis connection lost');
  });
}

/**
 * Whether what BullMQ says of its connections is news. While Redis is away each failed try of each
 * of them is an error, several a second for as long as it lasts; that it is away has been said.
 */
export function isNews(redis: Redis): boolean {
  return redis.status === 'ready';
}
