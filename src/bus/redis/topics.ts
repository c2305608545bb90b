/** Topics: pub/sub with a sequence per sender, so that a receiver sees what it missed. */
import type { Redis } from 'ioredis';
import { errorText } from '#platform/errors.ts';
import { freshId } from '#platform/ids.ts';
import type { Bus, Envelope } from '../bus.ts';
import { wireName, type TopicContract } from '../contract.ts';
import { TopicEnvelope, checkOutgoing, readEnvelope } from './envelope.ts';
import { gapTracker } from './gap-tracker.ts';
import { withinLimit, type Guard } from '#platform/redis/guard.ts';
import { topicChannel } from './keys.ts';
import type { Shared } from './shared.ts';

/** One channel: parses each message once, whoever listens. */
interface Channel {
  readonly receive: (text: string) => void;
  readonly notifyGap: (missed: number) => void;
}

export function topicPublisher(shared: Shared, redis: Redis, guard: Guard): Pick<Bus, 'publish'> {
  const epoch = freshId();
  const sequences = new Map<string, number>();

  return {
    publish: async (topic, payload) => {
      const name = wireName(topic);
      const checked = checkOutgoing(topic, payload);
      // Counted before it is sent: receivers see a message that failed here as a gap.
      const sequence = (sequences.get(name) ?? 0) + 1;
      sequences.set(name, sequence);
      const envelope: TopicEnvelope = {
        traceId: freshId(),
        sender: shared.instance,
        epoch,
        sequence,
        sentMs: shared.clock.now(),
        payload: checked,
      };
      const text = JSON.stringify(envelope);
      await guard.runNow(name, () => redis.publish(topicChannel(topic), text));
      shared.observer.sent(name, 'sent');
    },
  };
}

export interface TopicSubscriber extends Pick<Bus, 'subscribe'> {
  close(): void;
}

/** `connect` is called at the first subscription: most agents listen to nothing. */
export function topicSubscriber(
  shared: Shared,
  connect: () => Redis,
  limitMs: number,
): TopicSubscriber {
  const channels = new Map<string, Set<Channel>>();
  let redis: Redis | undefined;

  function connection(): Redis {
    if (redis !== undefined) return redis;
    redis = connect();
    redis.on('message', (channel: string, text: string) => {
      for (const entry of channels.get(channel) ?? []) entry.receive(text);
    });
    let wasReady = false;
    redis.on('ready', () => {
      if (wasReady)
        for (const entries of channels.values()) for (const e of entries) e.notifyGap(0);
      wasReady = true;
    });
    return redis;
  }

  return {
    subscribe: async (topic, listener, options) => {
      const name = topicChannel(topic);
      const entry = listen(shared, topic, { listener, onGap: options?.onGap });
      const entries = channels.get(name) ?? new Set();
      entries.add(entry);
      channels.set(name, entries);
      const subscribed = connection().subscribe(name);
      // While Redis is away the subscription waits with the connection; it takes effect, and the
      // receiver hears of a gap, when Redis is back.
      await withinLimit(subscribed, {
        clock: shared.clock,
        limitMs,
        what: name,
        code: 'redis-timeout',
      }).catch((error: unknown) => {
        shared.log.warn({ topic: wireName(topic), err: error }, 'subscription waits for redis');
      });
      return {
        [Symbol.asyncDispose]: async () => {
          entries.delete(entry);
          if (entries.size > 0 || redis?.status !== 'ready') return;
          await redis.unsubscribe(name);
        },
      };
    },
    close: () => {
      channels.clear();
      redis?.disconnect();
    },
  };
}

function listen<T>(
  shared: Shared,
  topic: TopicContract<T>,
  to: {
    readonly listener: (payload: T, envelope: Envelope) => void;
    readonly onGap: ((missed: number) => void) | undefined;
  },
): Channel {
  const { clock, log, observer } = shared;
  const name = wireName(topic);
  const tracker = gapTracker();

  function notifyGap(missed: number): void {
    observer.gap(name, missed);
    guarded(() => to.onGap?.(missed));
  }

  // A listener that throws must not take the connection's parser down with it.
  function guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      log.error({ topic: name, err: error, reason: errorText(error) }, 'topic listener failed');
    }
  }

  return {
    notifyGap,
    receive: (text) => {
      const result = readEnvelope(text, TopicEnvelope, topic.payload);
      if ('problem' in result) {
        observer.unreadable(name);
        log.warn({ topic: name, problem: result.problem }, 'topic message is unreadable');
        return;
      }
      const { traceId, sender, epoch, sequence, sentMs } = result.envelope;
      const arrival = tracker.see(sender, epoch, sequence);
      if (arrival.kind === 'repeated') return;
      if (arrival.kind === 'gap') notifyGap(arrival.missed);
      observer.received(name, clock.now() - sentMs);
      guarded(() => to.listener(result.payload, { traceId, sender, sentMs, isExpired: false }));
    },
  };
}
