import { Redis, type RedisOptions } from 'ioredis';
import type { Random } from '#platform/random.ts';

export type RedisAddress = { readonly url: string } | { readonly socketPath: string };

// A supervised Redis is back within half a second, so there is no point in waiting longer.
const RECONNECT_MS_MAX = 500;
const CONNECT_TIMEOUT_MS = 2_000;
// A Redis that loads its file takes connections and says how long it thinks it will take. In the first
// second that is a made-up second, after it a figure that may be ten of them, while a busy desk's file
// is there in a fifth of one. So each connection asks again soon instead.
const LOADING_ASK_AGAIN_MS = 50;
// The commands connection asks for the epoch several times a second, so silence means a dead peer.
const SILENCE_MS_MAX = 10_000;

/**
 * Opens a connection that reconnects for ever. Commands in flight are sent again after a
 * reconnect: everything the desk writes is idempotent or carries a sequence.
 */
export function connectRedis(options: {
  readonly address: RedisAddress;
  readonly name: string;
  readonly random: Random;
  /** `refuse`: fail at once while disconnected. `wait`: hold commands, as BullMQ needs it. */
  readonly whileDown: 'refuse' | 'wait';
}): Redis {
  const { address, name, random, whileDown } = options;
  const settings = {
    connectionName: name,
    enableOfflineQueue: whileDown === 'wait',
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: 5_000,
    maxLoadingRetryTime: LOADING_ASK_AGAIN_MS,
    ...(whileDown === 'refuse' && 'url' in address ? { socketTimeout: SILENCE_MS_MAX } : {}),
    retryStrategy: (times: number) => reconnectDelayMs(times, random),
  } satisfies RedisOptions;
  return 'url' in address
    ? new Redis(address.url, settings)
    : new Redis({ ...settings, path: address.socketPath });
}

/** 20 ms doubling to half a second, with half of it random so that agents do not come at once. */
export function reconnectDelayMs(times: number, random: Random): number {
  const delayMs = Math.min(RECONNECT_MS_MAX, 20 * 2 ** Math.min(times - 1, 10));
  return Math.round(delayMs / 2 + (random.next() * delayMs) / 2);
}
