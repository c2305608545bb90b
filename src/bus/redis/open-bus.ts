/**
 * The bus over Redis. Connections: one for commands, which refuses work while it is down; one for
 * BullMQ and one for subscriptions, both opened at first use; BullMQ adds one for each queue that
 * is handled. All reconnect for ever.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { Bus } from '../bus.ts';
import { wireName } from '../contract.ts';
import { silentLog, silentObserver, type BusLog, type BusObserver } from '../observer.ts';
import { epoch } from '../states.ts';
import { readBacklog } from './backlog.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import { connector, watchConnection } from './connector.ts';
import { deadLetters, type DeadLetters } from './dead-letters.ts';
import { depthWatch } from './depth-watch.ts';
import { guardConnection, withinLimit, type Guard } from '#platform/redis/guard.ts';
import type { QueueSender } from './queue-sender.ts';
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
  let isClosed = false;
  watchConnection(redis, shared, () => isClosed);
  const guard = guardConnection(redis, clock, limitMs);
  const work = lazy(() => {
    const connection = connections.open('work', 'wait');
    return { redis: connection, guard: guardConnection(connection, clock, limitMs) };
  });

  const states = stateStore(shared, redis, guard);
  const dead = deadLetters(redis, guard);
  const backlog: Bus['backlog'] = (queue) => readBacklog(queue, { redis, guard, clock });
  const depths = depthWatch(clock, shared.observer, backlog);
  const sender = lazyImport(async () => {
    const { queueSender } = await import('./queue-sender.ts');
    return queueSender(shared, work, depths);
  });
  const subscriber = topicSubscriber(shared, () => connections.open('topics', 'wait'), limitMs);
  const wipes = wipeWatch(
    clock,
    async () => (await states.get(epoch, 'current'))?.id,
    (err) => shared.log.error({ err }, 'wipe listener failed'),
  );
  wipes.onWipe(() => {
    shared.log.warn({}, 'redis was wiped');
    restore(sender).catch((err: unknown) =>
      shared.log.warn({ err }, 'queue settings not restored'),
    );
  });

  const handlers = new Set<AsyncDisposable>();
  await firstConnection(redis, { guard, clock, limitMs: connectWithinMs });

  return {
    ...states,
    ...topicPublisher(shared, redis, guard),
    send: async (queue, payload, sending) => (await sender.load()).send(queue, payload, sending),
    subscribe: (topic, listener, listening) => subscriber.subscribe(topic, listener, listening),
    backlog,
    deadLetters: dead,
    handle: async (queue, handler, { concurrency }) => {
      depths.add(queue);
      const { handleQueue } = await import('./queue-handler.ts');
      // Closed while BullMQ was being loaded: a worker begun now would never end.
      if (isClosed) throw new TransientError('bus-closed', 'the bus is closed');
      const handling = { queue, handler, concurrency };
      const handle = handleQueue(shared, { redis: work().redis, dead }, handling);
      handlers.add(handle);
      return handle;
    },
    onWipe: (listener) => wipes.onWipe(listener),
    isConnected: () => redis.status === 'ready',
    close: lazy(async () => {
      isClosed = true;
      wipes.close();
      depths.close();
      await Promise.allSettled([...handlers].map((handle) => handle[Symbol.asyncDispose]()));
      subscriber.close();
      await connections.close(clock, async () => (await sender.loaded())?.close());
    }),
  };
}

// BullMQ is 7 MB that a process which neither sends nor takes work does without.
function lazyImport<T>(load: () => Promise<T>): {
  load(): Promise<T>;
  loaded(): Promise<T | undefined>;
} {
  let loading: Promise<T> | undefined;
  return {
    load: () => (loading ??= load()),
    loaded: async () => loading,
  };
}

async function restore(sender: { loaded(): Promise<QueueSender | undefined> }): Promise<void> {
  await (await sender.loaded())?.restore();
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
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
