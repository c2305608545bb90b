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

  it('hides keys in the query of an address, and nothing else of it', () => {
    const feeds = [
      'https://a.invalid/rss?apiKey=hunter2&lang=en',
      'https://b.invalid/rss?page=2&auth_token=hunter3#top',
      'https://c.invalid/rss?keyword=bitcoin',
    ];

    expect(maskConfig({ feeds })).toEqual({
      feeds: [
        `https://a.invalid/rss?apiKey=${MASK}&lang=en`,
        `https://b.invalid/rss?page=2&auth_token=${MASK}#top`,
        'https://c.invalid/rss?keyword=bitcoin',
      ],
    });
  });

  it('shows that a secret is not set', () => {
    expect(maskConfig({ token: null })).toEqual({ token: null });
  });
});
