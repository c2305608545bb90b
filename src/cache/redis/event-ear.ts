/**
 * Hears what the other processes say of the cache. What was said while the connection was lost is
 * lost too, so the owner is told of a loss at once and again when hearing is back: each time it
 * forgets its copies. A connection that is silently dead is found by a ping.
 */
import type { Redis } from 'ioredis';
import type { Clock, Timer } from '#platform/clock/clock.ts';
import { withinLimit } from '#platform/redis/guard.ts';
import { readEvent, type CacheEvent } from './events.ts';
import { EVENTS_CHANNEL } from './scripts.ts';

export interface EventEar {
  isHearing(): boolean;
  close(): void;
}

const PING_MS = 2_000;

export function openEventEar(options: {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly limitMs: number;
  readonly onEvent: (event: CacheEvent) => void;
  /** Something may have been missed. */
  readonly onGap: () => void;
}): EventEar {
  const { redis, clock, limitMs, onEvent, onGap } = options;
  let isHearing = false;
  let isClosed = false;
  let timer: Timer | undefined;

  async function ping(): Promise<void> {
    if (isHearing) {
      const limit = { clock, limitMs, what: 'cache events', code: 'redis-timeout' };
      // The reconnect after it says the rest.
      await withinLimit(redis.ping(), limit).catch(() => redis.disconnect(true));
    }
    if (!isClosed) timer = clock.after(PING_MS, () => void ping(), { unref: true });
  }

  redis.on('message', (_channel: string, text: string) => {
    const event = readEvent(text);
    if (event !== undefined) onEvent(event);
  });
  redis.on('ready', () => {
    redis.subscribe(EVENTS_CHANNEL).then(
      () => {
        isHearing = true;
        onGap();
      },
      // Lost again before it was there: the next connection subscribes.
      () => undefined,
    );
  });
  redis.on('close', () => {
    if (!isHearing) return;
    isHearing = false;
    if (!isClosed) onGap();
  });
  redis.on('error', () => undefined);
  void ping();

  return {
    isHearing: () => isHearing,
    close: () => {
      isClosed = true;
      timer?.cancel();
      redis.disconnect();
    },
  };
}
