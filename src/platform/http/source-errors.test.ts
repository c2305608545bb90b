import { describe, expect, it, vi } from 'vitest';
import { PermanentError, TransientError } from '../errors.ts';
import { garbled, retryAfterMs, statusError, unreachable } from './source-errors.ts';

const NOW = Date.UTC(2026, 0, 5, 12, 0, 0);
const WHERE = { source: 'news', host: 'feeds.example' };

describe('retryAfterMs', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Mon, 05 Jan 2026 12:00:30 GMT', 30_000],
    ['Mon, 05 Jan 2026 11:00:00 GMT', 0],
    ['99999999999', 86_400_000],
    ['Sun, 05 Jan 2036 12:00:00 GMT', 86_400_000],
    ['Monday, 05-Jan-26 12:00:30 GMT', 30_000],
    ['Mon Jan  5 12:00:30 2026', 30_000],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (text, wanted) => {
    expect(retryAfterMs(text, NOW)).toBe(wanted);
  });
});

it('reads the old form of a date, which names no zone, as one of Greenwich', () => {
  vi.stubEnv('TZ', 'America/New_York');
  try {
    expect(retryAfterMs('Mon Jan  5 12:00:30 2026', NOW)).toBe(30_000);
  } finally {
    vi.unstubAllEnvs();
  }
});

describe('unreachable', () => {
  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'source-untrusted'],
    ['CERT_HAS_EXPIRED', 'source-untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'source-untrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'source-untrusted'],
    ['ECONNRESET', 'source-unreachable'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'source-unreachable'],
  ])('knows a bad certificate from silence: %s', (code, expected) => {
    const error = unreachable(WHERE, Object.assign(new Error('its name is a secret'), { code }));

    expect(error).toMatchObject({ code: expected, details: { ...WHERE, reason: code } });
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
  });
});

it('repeats little of what an answer calls its keys', () => {
  const { details } = garbled(WHERE, 'k'.repeat(3_000_000));

  expect(String(details['issue'])).toHaveLength(120);
});

describe('statusError', () => {
  const of = (status: number, retryAfter?: string) =>
    statusError(WHERE, { status, retryAfter, nowMs: NOW });

  it('takes success and "not modified"', () => {
    expect([200, 204, 304].map((status) => of(status))).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    [429, undefined, 'source-rate-limited', 60_000],
    [429, '5', 'source-rate-limited', 5_000],
    [503, '5', 'source-rate-limited', 5_000],
    [503, undefined, 'source-unreachable', undefined],
    [500, undefined, 'source-unreachable', undefined],
    [408, undefined, 'source-unreachable', undefined],
  ])('may ask again after %d with Retry-After %j', (status, retryAfter, code, waitMs) => {
    const error = of(status, retryAfter);

    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ code });
    expect(error?.details['retryAfterMs']).toBe(waitMs);
  });

  it('tells a refusal of the keys from one that may have other reasons', () => {
    expect(of(401)?.message).toBe('the source refuses the keys');
    expect(of(403)?.message).toContain('our address');
  });

  it.each([
    [400, 'source-refused'],
    [401, 'source-auth'],
    [403, 'source-auth'],
    [404, 'source-refused'],
    [301, 'source-refused'],
  ])('does not ask again after %d', (status, code) => {
    expect(of(status)).toBeInstanceOf(PermanentError);
    expect(of(status)).toMatchObject({ code });
  });
});
