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
      redis: { url: `redis://${MASK}@host:6379/0` },
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

  it.each([
    ['https://ann:planted@a.invalid/rss', `https://${MASK}@a.invalid/rss`],
    ['https://planted@a.invalid/rss', `https://${MASK}@a.invalid/rss`],
    ['https://planted:x-oauth-basic@a.invalid/', `https://${MASK}@a.invalid/`],
    ['redis://me:pla@nted@host:6379', `redis://${MASK}@host:6379`],
    ['redis://me:pla/nted@host:6379', `redis://${MASK}@host:6379`],
    ['https://a.invalid:8080/@name/rss', 'https://a.invalid:8080/@name/rss'],
    ['https://a.invalid/rss?sig=planted', `https://a.invalid/rss?sig=${MASK}`],
    ['https://a.invalid/rss?pass=planted', `https://a.invalid/rss?pass=${MASK}`],
    ['https://a.invalid/rss?api_key%5B%5D=planted', `https://a.invalid/rss?api_key%5B%5D=${MASK}`],
    ['https://a.invalid/rss?apiKey[0]=planted', `https://a.invalid/rss?apiKey[0]=${MASK}`],
    ['https://a.invalid/rss?pwd=planted&x=1', `https://a.invalid/rss?pwd=${MASK}&x=1`],
    ['https://a.invalid/rss?passphrase=planted', `https://a.invalid/rss?passphrase=${MASK}`],
    ['https://a.invalid/rss?userJwt=planted', `https://a.invalid/rss?userJwt=${MASK}`],
    [
      'https://a.invalid/?to=https://b.invalid/?jwt=p',
      `https://a.invalid/?to=https://b.invalid/?jwt=${MASK}`,
    ],
    [
      `https://r.invalid/.rss?feed=${'0f'.repeat(20)}&user=me`,
      `https://r.invalid/.rss?feed=${MASK}&user=me`,
    ],
    [
      'https://a.invalid/?feed=rss2&bypass=1&design=2',
      'https://a.invalid/?feed=rss2&bypass=1&design=2',
    ],
  ])('of %s shows %s', (address, shown) => {
    expect(maskConfig({ feeds: [address] })).toEqual({ feeds: [shown] });
  });

  it('reads an address however deep others stand in it', () => {
    const nested = '//a?to='.repeat(5_000);

    expect(maskConfig({ feed: `${nested}?sig=planted` })).toEqual({
      feed: `${nested}?sig=${MASK}`,
    });
  });

  it('shows that a secret is not set', () => {
    expect(maskConfig({ token: null })).toEqual({ token: null });
  });
});
