import { describe, expect, it } from 'vitest';
import type { ApiToken } from '#platform/access/token-file.ts';
import { judgeApi } from './api.ts';

const DAY_MS = 86_400_000;

function token(expiresMs: number | null): ApiToken {
  const sha256 = '0'.repeat(64);
  return { name: 'bot', role: 'viewer', sha256, createdMs: 0, createdBy: 'x', expiresMs };
}

describe('the API', () => {
  it.each([
    ['on loopback without tokens', '127.0.0.1', [], 'pass'],
    ['open without tokens', '0.0.0.0', [], 'fail'],
    ['open with a token', '0.0.0.0', [token(null)], 'pass'],
    ['open with an ended token', '0.0.0.0', [token(0)], 'warn'],
    ['with a token that ends soon', '127.0.0.1', [token(29 * DAY_MS)], 'warn'],
    ['with a token that ends later', '127.0.0.1', [token(31 * DAY_MS)], 'pass'],
  ])('is judged: %s', (_, host, tokens, verdict) => {
    expect(judgeApi({ host, readTokens: () => tokens, nowMs: 1 }).verdict).toBe(verdict);
  });

  it('fails on a token file that cannot be used', () => {
    const readTokens = () => {
      throw new Error('is damaged');
    };

    expect(judgeApi({ host: '127.0.0.1', readTokens, nowMs: 1 })).toMatchObject({
      verdict: 'fail',
      text: 'is damaged',
    });
  });
});
