import { describe, expect, it } from 'vitest';
import { parseFeed } from './feed.ts';

const RSS = `<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>
<item><title>Bitcoin &amp; friends rise</title><description>&lt;p&gt;Up &lt;b&gt;5%&lt;/b&gt;&lt;/p&gt;</description>
<guid isPermaLink="false">a1</guid><pubDate>Wed, 07 Jan 2026 10:00:00 GMT</pubDate></item>
<item><title><![CDATA[Ether <falls>]]></title><link>https://x.invalid/2</link></item></channel></rss>`;
const ATOM = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>
<entry><title type="html">Solana outage</title><id>urn:1</id><updated>2026-01-07T09:00:00Z</updated><summary>Down for an hour</summary></entry></feed>`;

describe('feeds', () => {
  it('are read as RSS', () => {
    const [first, second] = parseFeed(RSS) ?? [];

    expect(first).toEqual({
      id: 'a1',
      title: 'Bitcoin & friends rise',
      summary: 'Up 5%',
      atMs: Date.UTC(2026, 0, 7, 10),
    });
    expect(second).toMatchObject({ id: 'https://x.invalid/2', title: 'Ether', atMs: undefined });
  });

  it('are read as Atom', () => {
    expect(parseFeed(ATOM)).toEqual([
      {
        id: 'urn:1',
        title: 'Solana outage',
        summary: 'Down for an hour',
        atMs: Date.UTC(2026, 0, 7, 9),
      },
    ]);
  });

  it.each([
    ['a page', '<html><body>no</body></html>'],
    ['JSON', '{"items":[]}'],
    ['nothing', ''],
    [
      'a document with entities of its own',
      `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>`,
    ],
  ])('are not %s', (_, text) => {
    expect(parseFeed(text)).toBeUndefined();
  });

  it('without items are empty, and long ones are cut', () => {
    const items = Array.from({ length: 500 }, (_, k) => `<item><title>n${k}</title></item>`).join(
      '',
    );

    expect(parseFeed('<rss><channel><title>x</title></channel></rss>')).toEqual([]);
    expect(parseFeed(`<rss><channel>${items}</channel></rss>`)).toHaveLength(200);
  });
});
