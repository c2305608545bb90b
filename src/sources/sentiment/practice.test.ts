import { describe, expect, it } from 'vitest';
import { NOW, read } from './web.fixture.ts';

describe('practice', () => {
  it('reads news, posts and the index of the practice world, which is on this machine', async () => {
    const { readings, private_ } = await read(
      {},
      {
        '/practice/feed/news.rss':
          '<rss><channel><item><title>Up</title><guid>1</guid></item></channel></rss>',
        '/practice/feed/r/PracticeCoins/new.json': {
          data: { children: [{ data: { id: 'p1', title: 'BTC', created_utc: 1_767_780_000 } }] },
        },
        '/practice/feed/fng': { data: [{ value: '50', timestamp: '1767780000' }] },
      },
      'http://127.0.0.1:1',
    );

    expect(readings).toMatchObject([
      { kind: 'text', source: 'practice', id: 'practice 1', atMs: NOW },
      { kind: 'text', source: 'practice', id: 'post p1' },
      { kind: 'mood', source: 'practice', coin: 'MARKET', score: 0 },
    ]);
    expect(private_.get('practice')).toBe(true);
  });
});
