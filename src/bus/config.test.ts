import { describe, expect, it } from 'vitest';
import { RedisConfig, redisAddress } from './config.ts';

const address = (config: unknown): unknown => redisAddress(RedisConfig.parse(config));

describe('redisAddress', () => {
  it.each([
    [
      { url: 'redis://localhost:6379', socket_path: '/own.sock' },
      { url: 'redis://localhost:6379' },
    ],
    [{ url: 'unix:///run/redis/redis.sock' }, { socketPath: '/run/redis/redis.sock' }],
    [{ socket_path: '/own.sock' }, { socketPath: '/own.sock' }],
    [{}, undefined],
  ])('%j -> %j', (config, expected) => {
    expect(address(config)).toEqual(expected);
  });

  it('refuses an address of another kind', () => {
    expect(RedisConfig.safeParse({ url: 'http://localhost' }).success).toBe(false);
  });
});
