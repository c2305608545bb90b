import { join } from 'node:path';
import type { RedisConfig } from '#bus/config.ts';
import { runFolder, socketPath } from '#platform/lifecycle/short-path.ts';
import { EmbeddedRedis } from './embedded.ts';
import type { RedisOptions } from './embedded.ts';

export interface RedisWish extends Omit<
  RedisOptions,
  'runDir' | 'storeDir' | 'socketPath' | 'memoryMb'
> {
  readonly config: RedisConfig;
  readonly dataDir: string;
}

/**
 * The desk's own Redis, not started yet; undefined when the operator gave one, which is then looked at.
 * @throws ConfigError or ExitError when there is none to be had.
 */
export async function ownRedis(wish: RedisWish): Promise<EmbeddedRedis | undefined> {
  const { config, dataDir, ...options } = wish;
  if (config.url !== null) {
    const { checkGivenRedis } = await import('./check-given.ts');
    await checkGivenRedis(config.url, options.log);
    return undefined;
  }
  return new EmbeddedRedis({
    ...options,
    runDir: runFolder(dataDir),
    storeDir: join(dataDir, 'redis'),
    socketPath: socketPath(dataDir, 'redis.sock'),
    memoryMb: config.max_memory_mb,
  });
}
