import { describe, expect, it } from 'vitest';
import { read } from './web.fixture.ts';

describe('the sources', () => {
  it('are none unless they are wanted, and practice only there', async () => {
    const off = { practice: { enabled: false } };

    expect((await read({}, {})).names).toEqual([]);
    expect((await read(off, {}, 'http://127.0.0.1:1')).names).toEqual([]);
  });

  it('that count what they are asked are asked as often as their month lasts', async () => {
    const keys = { x: { bearer_token: 'T' }, cryptopanic: { api_token: 'K' } };
    const config = Object.fromEntries(
      Object.entries(keys).map(([name, key]) => [name, { ...key, enabled: true }]),
    );

    const { intervals } = await read(config, {
      '/2/tweets/search/recent': { data: [] },
      '/api/growth/v2/posts/': { results: [] },
    });

    // 300 questions to the one and 3,000 to the other in 31 days.
    expect(intervals).toEqual([8_928_000, 892_800]);
  });
});
