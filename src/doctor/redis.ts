import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import { freshRandom } from '#platform/random.ts';
import { connectRedis } from '#platform/redis/connection.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import { fail, pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export type RedisFacts =
  | { readonly kind: 'info'; readonly isOwn: boolean; readonly info: string }
  | { readonly kind: 'away'; readonly why: string }
  /** The desk starts its own, and the desk is down. */
  | { readonly kind: 'not-started' };

const WITHIN_MS = 3_000;

export async function readRedis(options: {
  readonly address: RedisAddress;
  readonly isOwn: boolean;
  readonly clock: Clock;
}): Promise<RedisFacts> {
  const redis = connectRedis({
    address: options.address,
    name: 'doctor',
    random: freshRandom(),
    whileDown: 'wait',
  });
  let why = `it did not answer within ${WITHIN_MS / 1_000} s`;
  redis.on('error', (error: unknown) => {
    why = errorText(error);
  });
  try {
    const late = options.clock.sleep(WITHIN_MS).then(() => undefined);
    const info = await Promise.race([redis.info(), late]);
    if (info === undefined) return { kind: 'away', why };
    return { kind: 'info', isOwn: options.isOwn, info };
  } catch (error) {
    return { kind: 'away', why: errorText(error) };
  } finally {
    redis.disconnect();
  }
}

const FIELD = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];

/** A given one is the operator's: it must not evict, and should survive its own restart. */
export function judgeRedis(facts: RedisFacts): Finding {
  if (facts.kind === 'not-started') return pass('redis', 'the desk starts its own');
  if (facts.kind === 'away') {
    return fail('redis', `cannot be reached: ${facts.why}`, 'start it, or correct redis.url');
  }
  return judgeServer(facts.info, facts.isOwn);
}

function judgeServer(info: string, isOwn: boolean): Finding {
  const version = FIELD(info, 'redis_version') ?? '0.0';
  const policy = FIELD(info, 'maxmemory_policy') ?? 'noeviction';
  const isAppendOnly = FIELD(info, 'aof_enabled') === '1';
  const text = `version ${version}, ${policy}, ${isAppendOnly ? 'append-only file' : 'no append-only file'}`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2)) {
    return fail('redis', text, 'use Redis 6.2 or newer');
  }
  if (policy !== 'noeviction') {
    const fix = 'set maxmemory-policy to noeviction: what it evicts is lost work';
    return Number(FIELD(info, 'maxmemory') ?? 0) > 0
      ? fail('redis', text, fix)
      : warn('redis', text, fix);
  }
  if (!isAppendOnly) {
    return warn('redis', text, 'set appendonly to yes: else a restart of it costs waiting work');
  }
  return pass('redis', `${text}${isOwn ? "; the desk's own" : ''}`);
}
