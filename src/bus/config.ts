import { z } from 'zod';
import type { RedisAddress } from '#platform/redis/connection.ts';

/** Section `redis` of the config. */
export const RedisConfig = z.strictObject({
  /** A Redis of the operator's own; null = the desk starts one for itself. */
  url: z
    .string()
    .regex(/^(rediss?:\/\/|unix:\/\/\/)\S+$/, 'expected redis://, rediss:// or unix:///path')
    .nullable()
    .default(null),
  /** Unix socket of the desk's own Redis; the coordinator fills it in for the agents. */
  socket_path: z.string().min(1).nullable().default(null),
  /** Memory for data of the desk's own; beyond it writes are refused, and nothing is evicted. */
  max_memory_mb: z.int().min(32).max(65_536).default(128),
  /** Time limit of every message sent and every state read. */
  limit_ms: z.int().min(50).max(60_000).default(2_000),
});
export type RedisConfig = z.output<typeof RedisConfig>;

/** Where Redis is; undefined while nobody has said. A url of the operator's wins. */
export function redisAddress(config: RedisConfig): RedisAddress | undefined {
  const socketPath = config.url?.startsWith('unix://') ? config.url.slice('unix://'.length) : null;
  if (socketPath !== null) return { socketPath };
  if (config.url !== null) return { url: config.url };
  return config.socket_path === null ? undefined : { socketPath: config.socket_path };
}
