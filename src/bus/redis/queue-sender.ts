/** Puts work on BullMQ queues: checked, bounded, keyed, within the time limit. */
import type { Queue as QueueOf } from 'bullmq';
import type { Redis } from 'ioredis';
import { DeskError, TransientError } from '#platform/errors.ts';
import { freshId } from '#platform/ids.ts';
import type { Bus, SendOptions } from '../bus.ts';
import { wireName, type QueueContract } from '../contract.ts';
import type { BusLog, SendOutcome } from '../observer.ts';
import { bullmqPart } from './bullmq-part.ts';
import { isNews } from './connector.ts';
import type { DepthWatch } from './depth-watch.ts';
import { checkOutgoing, type QueueEnvelope } from './envelope.ts';
import type { Guard } from '#platform/redis/guard.ts';
import { KEY_PREFIX } from './keys.ts';
import type { Shared } from './shared.ts';

const { Queue } = bullmqPart<'Queue'>('queue');

export interface QueueSender extends Pick<Bus, 'send'> {
  /** Writes the queues' own settings again after a wipe. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

// Nobody reads BullMQ's event streams here; its default keeps ten thousand events a queue.
const EVENTS_MAX = 100;
// First retry after some 200 ms, doubling, half of it random.
const BACKOFF = { type: 'exponential', delay: 200, jitter: 0.5 } as const;

/** `connect` gives the connection BullMQ works on and its guard. */
export function queueSender(
  shared: Shared,
  connect: () => { redis: Redis; guard: Guard },
  depths: DepthWatch,
): QueueSender {
  const queues = new Map<string, QueueOf<QueueEnvelope>>();

  function open(name: string, redis: Redis): QueueOf<QueueEnvelope> {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = openQueue(name, redis, shared.log);
    queues.set(name, queue);
    return queue;
  }

  async function put<T>(
    queue: QueueContract<T>,
    payload: T,
    options: SendOptions | undefined,
  ): Promise<void> {
    const { clock, instance } = shared;
    const name = wireName(queue);
    const checked = checkOutgoing(queue, payload);
    const { redis, guard } = connect();
    depths.add(queue);
    if (depths.isFull(queue)) {
      throw new TransientError('bus-queue-full', 'the queue holds all it may', {
        details: { queue: name, waitingMax: queue.maxWaiting },
      });
    }
    const sentMs = clock.now();
    const jobId = queue.key(checked);
    await guard.run(name, () =>
      open(name, redis).add(
        queue.name,
        { ...traced(options), sender: instance, sentMs, payload: checked },
        { jobId, timestamp: sentMs, attempts: queue.attempts, backoff: BACKOFF },
      ),
    );
    depths.count(queue);
  }

  return {
    send: async (queue, payload, options) => {
      let outcome: SendOutcome = 'invalid';
      try {
        await put(queue, payload, options);
        outcome = 'sent';
      } catch (error) {
        outcome = outcomeOf(error);
        throw error;
      } finally {
        shared.observer.sent(wireName(queue), outcome);
      }
    },
    restore: async () => {
      await Promise.all(
        [...queues.values()].map((queue) => queue.getBackend().setQueueMeta(queue.metaValues)),
      );
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

function openQueue(name: string, redis: Redis, log: BusLog): QueueOf<QueueEnvelope> {
  const queue = new Queue<QueueEnvelope>(name, {
    connection: redis,
    prefix: KEY_PREFIX,
    streams: { events: { maxLen: EVENTS_MAX } },
  });
  queue.on('error', (err) => {
    if (isNews(redis)) log.warn({ queue: name, err }, 'queue connection failed');
  });
  return queue;
}

function traced({ traceId = freshId(), traceparent }: SendOptions = {}) {
  return { traceId, ...(traceparent === undefined ? {} : { traceparent }) };
}

function outcomeOf(error: unknown): SendOutcome {
  if (!(error instanceof DeskError)) return 'invalid';
  switch (error.code) {
    case 'redis-timeout':
      return 'timeout';
    case 'bus-queue-full':
    case 'redis-overloaded':
      return 'full';
    case 'bus-invalid':
      return 'invalid';
    default:
      return 'unavailable';
  }
}
