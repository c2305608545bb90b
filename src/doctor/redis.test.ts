import { describe, expect, it } from 'vitest';
import { judgeRedis } from './redis.ts';

function info(more: Readonly<Record<string, string>>): string {
  const fields = {
    redis_version: '7.2.4',
    maxmemory: '0',
    maxmemory_policy: 'noeviction',
    aof_enabled: '1',
    ...more,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('');
}

describe('Redis', () => {
  it.each([
    ['as it should be', {}, 'pass', /7\.2\.4, noeviction/],
    ['too old', { redis_version: '6.0.16' }, 'fail', /6\.2 or newer/],
    ['just new enough', { redis_version: '6.2.0' }, 'pass', /6\.2\.0/],
    ['that evicts', { maxmemory_policy: 'allkeys-lru', maxmemory: '100' }, 'fail', /noeviction/],
    ['that would evict', { maxmemory_policy: 'allkeys-lru' }, 'warn', /noeviction/],
    ['that forgets', { aof_enabled: '0' }, 'warn', /appendonly/],
  ])('is judged: one %s', (_, more, verdict, words) => {
    const found = judgeRedis({ kind: 'info', isOwn: false, info: info(more) });

    expect(found.verdict).toBe(verdict);
    expect(`${found.text} ${found.fix ?? ''}`).toMatch(words);
  });

  it('is no problem while the desk that starts it is down, and one when it is away', () => {
    expect(judgeRedis({ kind: 'not-started' }).verdict).toBe('pass');
    expect(judgeRedis({ kind: 'away', why: 'refused' })).toMatchObject({
      verdict: 'fail',
      text: 'cannot be reached: refused',
    });
  });
});
