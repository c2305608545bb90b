import { describe, expect, it } from 'vitest';
import { SentimentSources } from './config.ts';
import { NOW, read } from './web.fixture.ts';

const FEED = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
  <title>Markets</title><link>https://a.invalid</link>
  <item><title>Up</title><guid isPermaLink="false">1</guid></item>
</channel></rss>`;
const feeds = ['https://a.invalid/rss', 'https://b.invalid/gone'];

describe('news', () => {
  it('goes on with the feeds that answer, none of them in its own network', async () => {
    const { readings, problems, private_ } = await read(
      { news: { enabled: true, feeds } },
      { '/rss': FEED },
    );

    expect(readings).toMatchObject([{ source: 'news', id: 'news_1 1', text: 'Up', atMs: NOW }]);
    expect(problems).toEqual(['1 of 2 failed: b.invalid: nothing at /gone']);
    expect([...private_.values()]).toEqual([false, false]);
  });

  it('fails when no feed answers, and when none is a feed', async () => {
    const noFeeds = { '/rss': 'hi', '/gone': '<html><body>ho</body></html>' };

    await expect(read({ news: { enabled: true, feeds } }, {})).rejects.toThrow('nothing at');
    await expect(read({ news: { enabled: true, feeds } }, noFeeds)).rejects.toThrow(
      'neither RSS nor Atom',
    );
  });

  it('takes the items of two feeds for two, whatever they call them', async () => {
    const two = ['https://a.invalid/rss', 'https://b.invalid/rss'];

    const { readings } = await read({ news: { enabled: true, feeds: two } }, { '/rss': FEED });

    expect(readings).toMatchObject([{ id: 'news_1 1' }, { id: 'news_2 1' }]);
  });

  it.each([
    { news: { feeds: ['ftp://a.invalid/rss'] } },
    { news: { feeds: ['mailto:ann@a.invalid'] } },
    { x: { origin: 'https://ann:word@a.invalid' } },
  ])('has addresses of the web, which the check of the config knows: %j', (config) => {
    expect(SentimentSources.safeParse(config).success).toBe(false);
  });

  it('logs in with the name and password of an address', async () => {
    const own = ['https://ann:pass%20word@c.invalid/rss'];

    const { calls } = await read({ news: { enabled: true, feeds: own } }, { '/rss': FEED });

    expect(calls).toMatchObject([
      { headers: { authorization: `Basic ${Buffer.from('ann:pass word').toString('base64')}` } },
    ]);
  });

  it('takes a login that is not well encoded as it stands', async () => {
    const own = ['https://u:100%@c.invalid/rss'];

    const { calls } = await read({ news: { enabled: true, feeds: own } }, { '/rss': FEED });

    expect(calls).toMatchObject([
      { headers: { authorization: `Basic ${Buffer.from('u:100%').toString('base64')}` } },
    ]);
  });

  it('asks with the query of the address as it is', async () => {
    const own = ['https://a.invalid/rss?tag=btc&tag=eth'];

    const { readings } = await read(
      { news: { enabled: true, feeds: own } },
      { '/rss?tag=btc&tag=eth': FEED },
    );

    expect(readings).toHaveLength(1);
  });
});
