/**
 * The bus over Redis. Connections: one for commands, which refuses work while it is down; one for
 * BullMQ and one for subscriptions, both opened at first use; BullMQ adds one for each queue that
 * is handled. All reconnect for ever.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '#platform/clock/clock.ts';
import { freshRandom } from '#platform/random.ts';
import type { Bus } from '../bus.ts';
import { wireName } from '../contract.ts';
import { silentLog, silentObserver, type BusLog, type BusObserver } from '../observer.ts';
import { epoch } from '../states.ts';
import { readBacklog } from './backlog.ts';
import { connectRedis, type RedisAddress } from '#platform/redis/connection.ts';
import { deadLetters, type DeadLetters } from './dead-letters.ts';
import { depthWatch } from './depth-watch.ts';
import { guardConnection, withinLimit, type Guard } from '#platform/redis/guard.ts';
import { handleQueue } from './queue-handler.ts';
import { queueSender } from './queue-sender.ts';
import type { Shared } from './shared.ts';
import { stateStore } from './states.ts';
import { topicPublisher, topicSubscriber } from './topics.ts';
import { wipeWatch } from './wipe-watch.ts';

export type BusOptions = RedisAddress & {
  /** Name of this process, e.g. `trading-worker-2`; the sender of what it sends. */
  readonly instance: string;
  readonly clock: Clock;
  readonly log?: BusLog;
  readonly observer?: BusObserver;
  /** Time limit of every call. */
  readonly limitMs?: number;
  /** How long to wait for the first connection; afterwards it goes on in the background. */
  readonly connectWithinMs?: number;
};

export interface RedisBus extends Bus {
  readonly deadLetters: DeadLetters;
}

/** Resolves when connected, or after `connectWithinMs` with the connection still being tried. */
export async function openBus(options: BusOptions): Promise<RedisBus> {
  const { clock, instance, limitMs = 2_000, connectWithinMs = 5_000 } = options;
  const shared: Shared = {
    instance,
    clock,
    log: options.log ?? silentLog,
    observer: options.observer ?? silentObserver,
  };
  const connections = connector(options, shared);
  const redis = connections.open('commands', 'refuse');
  watchConnection(redis, shared);
  const guard = guardConnection(redis, clock, limitMs);
  const work = lazy(() => {
    const connection = connections.open('work', 'wait');
    return { redis: connection, guard: guardConnection(connection, clock, limitMs) };
  });

  const states = stateStore(shared, redis, guard);
  const dead = deadLetters(redis, guard);
  const backlog: Bus['backlog'] = (queue) => readBacklog(queue, { redis, guard, clock });
  const depths = depthWatch(clock, shared.observer, backlog);
  const sender = queueSender(shared, work, depths);
  const subscriber = topicSubscriber(shared, () => connections.open('topics', 'wait'), limitMs);
  const wipes = wipeWatch(
    clock,
    async () => (await states.get(epoch, 'current'))?.id,
    (err) => shared.log.error({ err }, 'wipe listener failed'),
  );
  wipes.onWipe(() => {
    shared.log.warn({}, 'redis was wiped');
    sender
      .restore()
      .catch((err: unknown) => shared.log.warn({ err }, 'queue settings not restored'));
  });

  const handlers = new Set<AsyncDisposable>();
  await firstConnection(redis, { guard, clock, limitMs: connectWithinMs });

  return {
    ...states,
    ...topicPublisher(shared, redis, guard),
    send: (queue, payload, sending) => sender.send(queue, payload, sending),
    subscribe: (topic, listener, listening) => subscriber.subscribe(topic, listener, listening),
    backlog,
    deadLetters: dead,
    handle: async (queue, handler, { concurrency }) => {
      depths.add(queue);
      const handling = { queue, handler, concurrency };
      const handle = handleQueue(shared, { redis: work().redis, dead }, handling);
      handlers.add(handle);
      return handle;
    },
    onWipe: (listener) => wipes.onWipe(listener),
    isConnected: () => redis.status === 'ready',
    close: lazy(async () => {
      wipes.close();
      depths.close();
      await Promise.allSettled([...handlers].map((handle) => handle[Symbol.asyncDispose]()));
      subscriber.close();
      await connections.close(clock, () => sender.close());
    }),
  };
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function connector(
  options: BusOptions,
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

function watchConnection(redis: Redis, { log, observer }: Shared): void {
  let isUp = false;
  redis.on('ready', () => {
    isUp = true;
    observer.connection(true);
    log.info({}, 'redis connected');
  });
  redis.on('close', () => {
    if (!isUp) return;
    isUp = false;
    observer.connection(false);
    log.warn({}, 'redis connection lost');
  });
}

async function firstConnection(
  redis: Redis,
  limit: { readonly guard: Guard; readonly clock: Clock; readonly limitMs: number },
): Promise<void> {
  if (redis.status === 'ready') return;
  const { promise, resolve } = Promise.withResolvers<void>();
  redis.once('ready', () => resolve());
  await withinLimit(promise, { ...limit, what: wireName(epoch), code: 'redis-unavailable' }).catch(
    () => undefined,
  );
}
