import { isIPv4 } from 'node:net';
import { Redis } from 'ioredis';
import { ConfigError, errorText } from '#platform/errors.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import type { Log } from '#platform/log/log.ts';

const CONNECT_WITHIN_MS = 5_000;
const VERSION_MIN = [6, 2] as const;

/**
 * Looks at a Redis the operator has given before anything is started on it.
 * @throws ConfigError when it can never do, ExitError when it is not there now.
 */
export async function checkGivenRedis(url: string, log: Log): Promise<void> {
  const where = url.replace(/(:\/\/)[^@/]*@/, '$1');
  if (isExposed(url)) {
    throw new ConfigError(
      `the Redis at ${where} is beyond this machine and has no TLS, so others could read along and trade; use rediss://, a unix socket or one on 127.0.0.1`,
    );
  }
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    commandTimeout: CONNECT_WITHIN_MS,
    maxRetriesPerRequest: 0,
    // Else a timer of two seconds keeps this process alive after a refusal.
    disconnectTimeout: 50,
    retryStrategy: () => null,
    enableOfflineQueue: false,
  });
  // The reason why a connection fails comes as an event; the call only says that it is closed.
  const broken = new Promise<never>((_resolve, reject) => void redis.on('error', reject));
  try {
    await Promise.race([broken, redis.connect()]);
    await checkServer(redis, where, log);
  } catch (error) {
    throw error instanceof ConfigError ? error : explain(where, error);
  } finally {
    redis.disconnect();
  }
}

/** Whoever can write to the desk's Redis can ask it to trade: nothing goes over a network in the clear. */
export function isExposed(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.protocol !== 'redis:') return false;
  const host = parsed.hostname;
  const isLoopback =
    host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
  return !isLoopback;
}

async function checkServer(redis: Redis, where: string, log: Log): Promise<void> {
  const info = await redis.info('server');
  const version = /redis_version:(\d+)\.(\d+)(\S*)/.exec(info);
  if (version === null) throw new ConfigError(`${where} answers, but not as a Redis does`);
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major < VERSION_MIN[0] || (major === VERSION_MIN[0] && minor < VERSION_MIN[1])) {
    throw new ConfigError(
      `the Redis at ${where} is ${major}.${minor}; nightdesk needs 6.2 or newer`,
    );
  }
  await checkEviction(redis, where, log);
}

// Evicting a job would lose work in silence.
async function checkEviction(redis: Redis, where: string, log: Log): Promise<void> {
  const policy = /maxmemory_policy:(\S+)/.exec(await redis.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  const fix = `set its maxmemory-policy to noeviction`;
  const limit = Number(/maxmemory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? 0);
  if (limit > 0) {
    throw new ConfigError(
      `the Redis at ${where} evicts keys (${policy}), which loses work; ${fix}`,
    );
  }
  log.warn({ policy }, 'the given redis would evict keys if it had a memory limit');
}

function explain(where: string, error: unknown): Error {
  const text = errorText(error);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/NOAUTH|WRONGPASS|NOPERM|invalid password/i.test(text)) {
    return new ConfigError(`the Redis at ${where} refuses the user or password: ${text}`);
  }
  if (/Protocol error|RESP type|parse/i.test(text)) {
    return new ConfigError(`${where} answers, but not as a Redis does: ${text}`);
  }
  const why = text === '' ? code : text;
  return new ExitError(
    EXIT.lostDependency,
    `the Redis at ${where} cannot be reached (${why}); start it, correct redis.url, or leave it out`,
  );
}
