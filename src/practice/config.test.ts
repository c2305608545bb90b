import { describe, expect, it } from 'vitest';
import { momentMs, PracticeConfig } from './config.ts';
import { DEFAULT_VOLATILITY } from './market/create-synthetic.ts';

describe('practice config', () => {
  it('has a default for every key', () => {
    expect(PracticeConfig.parse({})).toEqual({
      seed: 1,
      pairs: [],
      port: 0,
      volatility: DEFAULT_VOLATILITY,
      replay: { files: [], speed: 60, from: null },
      accounts: [
        {
          uid: 1001,
          api_key: null,
          api_secret: null,
          ed25519_public_key: null,
          balances: { USDT: '10000' },
          can_trade: true,
          can_withdraw: false,
          ip_restricted: true,
        },
      ],
      fault_script: null,
      latency: { rest_ms: 0, jitter_ms: 0 },
    });
  });

  it.each([
    ['a pair in venue spelling', { pairs: ['BTCUSDT'] }],
    ['a start that is no date', { replay: { from: 'yesterday' } }],
    ['a speed of zero', { replay: { speed: 0 } }],
    ['an unknown key', { seeds: 1 }],
    ['a key with signs in it', { accounts: [{ api_key: 'not-a-key' }] }],
    ['an amount with nine decimals', { accounts: [{ balances: { USDT: '0.000000001' } }] }],
    ['no account', { accounts: [] }],
  ])('refuses %s', (_what, section) => {
    expect(PracticeConfig.safeParse(section).success).toBe(false);
  });

  it.each(['2021-04-20', '2021-04-20T03:00:00Z', '2021-04-20T03:00'])(
    'takes %s for a start',
    (from) => {
      expect(PracticeConfig.parse({ replay: { from } }).replay.from).toBe(from);
    },
  );

  it('reads a start without an offset as UTC', () => {
    const threeMs = Date.UTC(2021, 3, 20, 3);

    expect(momentMs('2021-04-20')).toBe(Date.UTC(2021, 3, 20));
    expect(momentMs('2021-04-20T03:00')).toBe(threeMs);
    expect(momentMs('2021-04-20T03:00:00Z')).toBe(threeMs);
    expect(momentMs('2021-04-20T05:00:00+02:00')).toBe(threeMs);
  });
});
