/** The entries in Redis (L2) with their leases. Every call has a time limit. */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Guard } from '#platform/redis/guard.ts';
import type { CacheEvent } from './events.ts';
import { EVENTS_CHANNEL, INVALIDATE, PREFIX, READ, RELEASE, RENEW, WRITE } from './scripts.ts';

export interface StoredEntry {
  readonly bytes: Buffer;
  /** Until Redis drops it; counted by Redis, so that no clock of ours matters. */
  readonly leftMs: number;
}

export interface StoreWrite {
  readonly id: string;
  readonly kind: string;
  /** As read before the load; undefined writes whatever happened meanwhile. */
  readonly generation: string | undefined;
  /** Of the entry that stood there before the load, as read. */
  readonly mark: string | undefined;
  readonly entry: Buffer;
  readonly lifeMs: number;
  readonly costMs: number;
  readonly leaseToken: string;
}

export interface StoreReport {
  readonly result: 'stored' | 'outdated' | 'too-large';
  readonly expired: number;
  readonly evicted: number;
  /** Of all entries of all processes. */
  readonly bytes: number;
}

export interface StoreRead {
  readonly entry: StoredEntry | undefined;
  /** Another one after each invalidation of the kind. */
  readonly generation: string;
  /** Another one after each write of the entry; empty when there is none. */
  readonly mark: string;
}

export interface Store {
  read(id: string, kind: string): Promise<StoreRead>;
  write(write: StoreWrite): Promise<StoreReport>;
  invalidate(kind: string, prefix: string, id: string | undefined): Promise<void>;
  takeLease(id: string, token: string): Promise<boolean>;
  renewLease(id: string, token: string): Promise<void>;
  releaseLease(id: string, token: string): Promise<void>;
  publish(event: CacheEvent): Promise<void>;
}

/** A loader that died holds the others up for no longer; a living one renews it. */
export const LEASE_MS = 3_000;

/**
 * Counted for an entry besides itself: its keys, its places in the index and the allocator's
 * rounding; measured on Redis 7 at 805 an entry of 3 kB.
 */
const INDEX_BYTES = 800;

const ReadAnswer = z.tuple([
  z.instanceof(Buffer).nullable(),
  z.coerce.number(),
  z.coerce.string(),
  z.coerce.string(),
]);
const WriteAnswer = z.tuple([z.int(), z.int(), z.int(), z.int()]);

export function createStore(options: {
  readonly redis: Redis;
  readonly guard: Guard;
  readonly bytesMax: number;
  readonly instance: string;
}): Store {
  const { redis, guard, bytesMax, instance } = options;
  let hasConnected = false;
  redis.once('ready', () => {
    hasConnected = true;
  });
  // The first calls of a process wait for its connection; later on, lost means away.
  const run = <T>(command: () => Promise<T>): Promise<T> =>
    hasConnected ? guard.runNow('cache', command) : guard.run('cache', command);
  const lease = (id: string): string => `${PREFIX}lease:${id}`;

  return {
    read: async (id, kind) => {
      const answer = await run(() => redis.callBuffer('EVAL', READ, 0, id, kind));
      const [bytes, leftMs, generation, mark] = ReadAnswer.parse(answer);
      return { entry: bytes === null ? undefined : { bytes, leftMs }, generation, mark };
    },
    write: async ({ id, kind, generation = '', mark = '', entry, lifeMs, costMs, leaseToken }) => {
      const bytes = entry.length + INDEX_BYTES;
      const event: CacheEvent = { type: 'filled', from: instance, id };
      const amounts = [Math.max(1, Math.ceil(lifeMs)), costMs / bytes, bytes, bytesMax];
      const said = [leaseToken, JSON.stringify(event), mark];
      const answer = await run(() =>
        redis.eval(WRITE, 0, id, kind, generation, entry, ...amounts, ...said),
      );
      const [result, expired, evicted, total] = WriteAnswer.parse(answer);
      const name = result === 1 ? 'stored' : result === 0 ? 'outdated' : 'too-large';
      return { result: name, expired, evicted, bytes: total };
    },
    invalidate: async (kind, prefix, id) => {
      const event: CacheEvent = {
        type: 'invalidated',
        from: instance,
        kind,
        ...(id === undefined ? {} : { id }),
      };
      await run(() => redis.eval(INVALIDATE, 0, kind, id ?? '', prefix, JSON.stringify(event)));
    },
    takeLease: async (id, token) =>
      (await run(() => redis.set(lease(id), token, 'PX', LEASE_MS, 'NX'))) === 'OK',
    renewLease: async (id, token) => {
      await run(() => redis.eval(RENEW, 1, lease(id), token, LEASE_MS));
    },
    releaseLease: async (id, token) => {
      await run(() => redis.eval(RELEASE, 1, lease(id), token));
    },
    publish: async (event) => {
      await run(() => redis.publish(EVENTS_CHANNEL, JSON.stringify(event)));
    },
  };
}
