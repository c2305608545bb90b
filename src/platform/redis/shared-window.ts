import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../random.ts';
import { connectRedis, type RedisAddress } from './connection.ts';
import { guardConnection } from './guard.ts';

/**
 * What processes and hosts use together of a limit that is counted by whole minutes, and a gate that
 * any of them can shut for all. Exact: Redis decides and counts in one step, by its own clock. What
 * counts in a minute is said in `exchange/weight-window.ts`. Throws TransientError while Redis is away.
 */
export interface SharedWindow {
  /** Takes `weight` when the sum stays within `ceiling`. */
  take(asked: WindowAsked): Promise<WindowVerdict>;
  /** The venue's own count, which holds what is not ours. */
  observe(used: number): Promise<void>;
  shut(forMs: number): Promise<void>;
  close(): void;
}

export interface WindowAsked {
  readonly weight: number;
  readonly ceiling: number;
}

export interface WindowVerdict {
  readonly kind: 'taken' | 'full' | 'shut';
  /** Until it is worth asking again. */
  readonly waitMs: number;
  readonly used: number;
}

/** A budget that answers later than this is as good as away. */
const LIMIT_MS = 100;
/** The first question waits for the connection too. */
const CONNECT_LIMIT_MS = 500;

/** Both scripts begin so: what is used in the running window, and no more than that is kept. */
const WINDOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local minute, guard = 60000, tonumber(ARGV[1])
local start = math.floor((now - guard) / minute) * minute - guard
local all = redis.call('HGETALL', KEYS[1])
local own, foreign = 0, 0
for i = 1, #all, 2 do
  local name, value = all[i], tonumber(all[i + 1])
  if name == 'f' .. start then foreign = value
  elseif string.sub(name, 1, 1) == 'f' or tonumber(name) * 1000 < start then
    redis.call('HDEL', KEYS[1], name)
  else own = own + value end
end
redis.call('PEXPIRE', KEYS[1], 300000)
`;

const TAKE = `${WINDOW}
local weight, ceiling = tonumber(ARGV[2]), tonumber(ARGV[3])
local used = own + foreign
local shut = redis.call('PTTL', KEYS[2])
if shut > 0 then return {'shut', shut, used} end
if used + weight > ceiling then
  return {'full', start + minute + 2 * guard - now, used}
end
redis.call('HINCRBY', KEYS[1], math.floor(now / 1000), weight)
return {'taken', 0, used + weight}
`;

const OBSERVE = `${WINDOW}
local seen = math.floor(tonumber(ARGV[2])) - own
if seen > foreign then redis.call('HSET', KEYS[1], 'f' .. start, seen) end
return 1
`;

/** A gate is only ever shut for longer. */
const SHUT = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
return 1
`;

const Verdict = z.tuple([z.enum(['taken', 'full', 'shut']), z.number(), z.number()]);

export function openSharedWindow(options: {
  readonly address: RedisAddress;
  readonly key: string;
  readonly member: string;
  /** What was sent so near a minute's turn counts on both sides. */
  readonly guardMs: number;
  readonly clock: Clock;
  readonly random: Random;
}): SharedWindow {
  const { address, key, member, guardMs, clock, random } = options;
  const redis = connectRedis({ address, name: `${member}:weight`, random, whileDown: 'refuse' });
  // The state of the connection is seen by the commands; there is nobody to tell.
  redis.on('error', () => undefined);
  const guard = guardConnection(redis, clock, LIMIT_MS);
  const gate = `${key}:gate`;
  const first = guardConnection(redis, clock, CONNECT_LIMIT_MS);
  let isNew = true;

  /** Waits for the connection once; later a Redis that is away is not waited for. */
  function run<T>(command: () => Promise<T>): Promise<T> {
    const isFirst = isNew;
    isNew = false;
    return isFirst ? first.run('weight', command) : guard.runNow('weight', command);
  }

  return {
    take: (asked) => run(() => take(redis, [key, gate, guardMs], asked)),
    observe: async (used) => {
      await guard.runNow('weight', () => redis.eval(OBSERVE, 1, key, guardMs, used));
    },
    shut: async (forMs) => {
      await run(() => redis.eval(SHUT, 1, gate, Math.ceil(Math.max(1, forMs))));
    },
    close: () => redis.disconnect(),
  };
}

async function take(
  redis: Redis,
  [key, gate, guardMs]: readonly [string, string, number],
  { weight, ceiling }: WindowAsked,
): Promise<WindowVerdict> {
  const said = await redis.eval(TAKE, 2, key, gate, guardMs, weight, ceiling);
  const [kind, waitMs, used] = Verdict.parse(said);
  return { kind, waitMs, used };
}
