import { describe, expect, it } from 'vitest';
import { newTokenText, tokenHash } from '#platform/access/token-text.ts';
import type { ApiToken } from '#platform/access/token-file.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { GatewayConfig } from '../config.ts';
import { access, type Ask } from './access.ts';
import { neighbourhood } from './address.ts';
import { rateLimiter } from './rate-limiter.ts';

const TEXTS = { viewer: newTokenText(), trader: newTokenText(), admin: newTokenText() };
const NOW = 1_800_000_000_000;

function tokenOf(role: keyof typeof TEXTS, expiresMs: number | null = null): ApiToken {
  const sha256 = tokenHash(TEXTS[role]);
  return { name: role, role, sha256, createdMs: 0, createdBy: 'x', expiresMs };
}

function open(settings: Record<string, unknown> = {}) {
  const clock = fakeClock(NOW);
  let config = GatewayConfig.parse(settings);
  const tokens = [tokenOf('viewer'), tokenOf('trader'), tokenOf('admin')];
  const door = access({
    config: () => config,
    clock,
    book: {
      all: () => tokens,
      isStillGood: () => true,
      verify: (text) => {
        const token = tokens.find(({ sha256 }) => sha256 === tokenHash(text));
        return token === undefined ? { kind: 'refused', why: 'unknown' } : { kind: 'known', token };
      },
    },
  });
  const ask = (more: Partial<Ask> = {}) =>
    door.admit({
      authorization: undefined,
      address: '127.0.0.1',
      needs: 'viewer',
      kind: 'read',
      ...more,
    });
  const change = (next: Record<string, unknown>) => {
    config = GatewayConfig.parse(next);
  };
  return { ask, change, clock, door };
}

function bearer(role: keyof typeof TEXTS): { authorization: string } {
  return { authorization: `Bearer ${TEXTS[role]}` };
}

/** `ok`, or the status. */
function told(admission: ReturnType<ReturnType<typeof open>['ask']>): string {
  return admission.kind === 'admitted' ? 'ok' : `${admission.status} ${admission.why}`;
}

describe('who may ask', () => {
  it('follows from role and route', () => {
    const { ask } = open();
    const table = (['viewer', 'trader', 'admin'] as const).map((role) =>
      (['open', 'viewer', 'trader', 'admin'] as const).map((needs) =>
        told(ask({ ...bearer(role), needs, kind: 'write' })),
      ),
    );

    expect(table).toEqual([
      ['ok', 'ok', '403 role', '403 role'],
      ['ok', 'ok', 'ok', '403 role'],
      ['ok', 'ok', 'ok', 'ok'],
    ]);
  });

  it('lets nobody without a token write, and everybody read on loopback alone', () => {
    const closed = [{ host: '0.0.0.0' }, { open_reads: false }];

    for (const needs of ['trader', 'admin'] as const) {
      expect(told(open().ask({ needs, kind: 'write' }))).toBe('401 no-token');
    }
    expect(told(open().ask())).toBe('ok');
    for (const settings of closed) {
      expect(told(open(settings).ask())).toBe('401 no-token');
      expect(told(open(settings).ask({ needs: 'open' }))).toBe('ok');
      expect(told(open(settings).ask(bearer('viewer')))).toBe('ok');
    }
  });

  it('refuses a bad token also where none is needed, and other schemes', () => {
    const { ask } = open();

    expect(told(ask({ authorization: `Bearer ${newTokenText()}` }))).toBe('401 unknown');
    expect(told(ask({ authorization: `Basic ${TEXTS.admin}` }))).toBe('401 unknown');
    expect(told(ask({ authorization: '' }))).toBe('401 unknown');
    expect(told(ask({ authorization: `bearer  ${TEXTS.admin}` }))).toBe('ok');
  });

  it('remembers when a token was last used', () => {
    const { ask, door } = open();

    ask(bearer('trader'));

    expect(door.tokens().map(({ lastUsedMs }) => lastUsedMs)).toEqual([undefined, NOW, undefined]);
  });
});

describe('limits', () => {
  it('count each token apart, and each address without one', async () => {
    const { ask, clock } = open({ rate_limits: { reads_per_second: 2 } });

    expect([ask(), ask(), ask()].map(told)).toEqual(['ok', 'ok', '429 rate']);
    expect(told(ask({ address: '10.0.0.1' }))).toBe('ok');
    expect(told(ask(bearer('viewer')))).toBe('ok');
    await clock.advance(500);
    expect([ask(), ask()].map(told)).toEqual(['ok', '429 rate']);
  });

  it('leave the kill switch alone when reads and writes are used up', () => {
    const { ask } = open({ rate_limits: { reads_per_second: 1, writes_per_minute: 1 } });
    const trader = { ...bearer('trader'), needs: 'trader' as const };
    const twice = (kind: Ask['kind']) => [ask({ ...trader, kind }), ask({ ...trader, kind })];

    expect(twice('read').map(told)).toEqual(['ok', '429 rate']);
    expect(twice('write').map(told)).toEqual(['ok', '429 rate']);
    expect(twice('urgent').map(told)).toEqual(['ok', '429 rate']);
  });

  it('count failures of an address, which never keep a good token out', () => {
    const { ask } = open({ rate_limits: { failures_per_minute: 2 } });
    const wrong = () => told(ask({ authorization: 'Bearer x', address: '10.0.0.1' }));

    expect([wrong(), wrong(), wrong()]).toEqual(['401 unknown', '401 unknown', '429 failures']);
    expect(told(ask({ ...bearer('viewer'), address: '10.0.0.1' }))).toBe('ok');
  });

  it('say after how long to ask again, and are off at 0', () => {
    const { ask } = open({ rate_limits: { reads_per_second: 0, writes_per_minute: 2 } });
    const write = () => ask({ ...bearer('admin'), needs: 'admin', kind: 'write' });

    expect(Array.from({ length: 5_000 }, () => told(ask())).filter((one) => one !== 'ok')).toEqual(
      [],
    );
    expect([write(), write(), write()].at(-1)).toMatchObject({ status: 429, retryAfterMs: 30_000 });
  });

  it('forget the caller who was longest away, not the one who asks', () => {
    const limiter = rateLimiter(() => ({ count: 1, perMs: 1_000 }), fakeClock(NOW));
    for (let i = 0; i <= 10_000; i += 1) limiter.take(`address ${i}`);

    expect(limiter.take('address 10000').isOver).toBe(true);
    expect(limiter.take('address 0').isOver).toBe(false);
  });
});

describe('a changed config', () => {
  it('is in force for the next request', () => {
    const { ask, change } = open({ rate_limits: { reads_per_second: 1 } });

    expect([ask(), ask()].map(told)).toEqual(['ok', '429 rate']);
    change({ rate_limits: { reads_per_second: 0 } });
    expect([ask(), ask()].map(told)).toEqual(['ok', 'ok']);
    change({ open_reads: false });
    expect(told(ask())).toBe('401 no-token');
  });
});

describe('whose doing it is', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, expected) => {
    expect(neighbourhood(address)).toBe(expected);
  });
});
