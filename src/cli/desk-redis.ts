import { existsSync } from 'node:fs';
import { redisAddress } from '#bus/config.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import type { LoadedDesk } from './desk.ts';

/** Where the Redis of a desk is, for a command beside it; undefined when it has none now. */
export function deskRedis({ config, dataDir }: LoadedDesk): RedisAddress | undefined {
  const own = socketPath(dataDir, 'redis.sock');
  return redisAddress(config.redis) ?? (existsSync(own) ? { socketPath: own } : undefined);
}
