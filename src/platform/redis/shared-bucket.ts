import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../random.ts';
import { connectRedis, type RedisAddress } from './connection.ts';
import { guardConnection } from './guard.ts';

/**
 * Turns of one rate that processes and hosts take together, and a gate that any of them can shut for
 * all. Exact, since Redis takes each turn by its own clock; the arithmetic is that of
 * `http/token-bucket.ts`. Everything throws TransientError while Redis is away.
 */
export interface SharedBuckets {
  take(name: string, wanted: SharedTurn): Promise<SharedVerdict>;
  /** Milliseconds for which the gate is still shut. */
  shutMs(name: string): Promise<number>;
  shut(name: string, forMs: number): Promise<void>;
  close(): void;
}

export interface SharedTurn {
  readonly intervalMs: number;
  readonly burst: number;
  readonly weight: number;
  readonly withinMs: number;
}

export interface SharedVerdict {
  readonly kind: 'taken' | 'late' | 'shut';
  /** Until the request may go, or until it is worth asking again. */
  readonly waitMs: number;
}

/** Outside sources are asked some times a minute; Redis answers in a millisecond or is away. */
const LIMIT_MS = 1_000;

const TAKE = `
local shut = redis.call('PTTL', KEYS[2])
if shut > 0 then return {'shut', tostring(shut)} end
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local weight, within = tonumber(ARGV[3]), tonumber(ARGV[4])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = math.max(0, due - now - math.max(0, burst - weight) * interval)
if wait > within then return {'late', tostring(wait)} end
due = due + weight * interval
redis.call('SET', KEYS[1], string.format('%.3f', due), 'PX', math.ceil(due - now) + 1000)
return {'taken', tostring(wait)}
`;

/** A gate is only ever shut for longer. */
const SHUT = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
return 1
`;

const Verdict = z.tuple([z.enum(['taken', 'late', 'shut']), z.coerce.number()]);

export function openSharedBuckets(options: {
  readonly address: RedisAddress;
  /** Start of the keys. */
  readonly prefix: string;
  readonly member: string;
  readonly clock: Clock;
  readonly random: Random;
}): SharedBuckets {
  const { address, prefix, member, clock, random } = options;
  const redis = connectRedis({ address, name: `${member}:rate`, random, whileDown: 'refuse' });
  // The state of the connection is seen by the commands; there is nobody to tell.
  redis.on('error', () => undefined);
  const guard = guardConnection(redis, clock, LIMIT_MS);
  return {
    take: (name, wanted) => guard.run('rate turn', () => take(redis, `${prefix}:${name}`, wanted)),
    shutMs: async (name) =>
      Math.max(0, await guard.run('rate gate', () => redis.pttl(`${prefix}:${name}:shut`))),
    shut: async (name, forMs) => {
      const key = `${prefix}:${name}:shut`;
      await guard.run('rate gate', () => redis.eval(SHUT, 1, key, Math.ceil(forMs)));
    },
    close: () => redis.disconnect(),
  };
}

async function take(redis: Redis, key: string, wanted: SharedTurn): Promise<SharedVerdict> {
  const { intervalMs, burst, weight, withinMs } = wanted;
  const said = await redis.eval(TAKE, 2, key, `${key}:shut`, intervalMs, burst, weight, withinMs);
  const [kind, waitMs] = Verdict.parse(said);
  return { kind, waitMs };
}
