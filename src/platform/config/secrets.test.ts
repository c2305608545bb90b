import { describe, expect, it } from 'vitest';
import { MASK, maskConfig } from './secrets.ts';

describe('maskConfig', () => {
  it('hides secrets at any depth and passwords in addresses', () => {
    const masked = maskConfig({
      exchange: {
        api_key: 'k',
        name: 'binance',
        more: [{ api_secret: 's', webhook_url: 'https://x/y' }],
      },
      redis: { url: 'redis://user:hunter2@host:6379/0' },
    });

    expect(masked).toEqual({
      exchange: { api_key: MASK, name: 'binance', more: [{ api_secret: MASK, webhook_url: MASK }] },
      redis: { url: `redis://user:${MASK}@host:6379/0` },
    });
  });

  it('shows that a secret is not set', () => {
    expect(maskConfig({ token: null })).toEqual({ token: null });
  });
});
