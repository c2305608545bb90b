import { describe, expect, it } from 'vitest';
import { read } from './web.fixture.ts';

const POSTS = {
  count: 1,
  next: null,
  previous: null,
  results: [
    {
      kind: 'news',
      domain: 'a.invalid',
      id: 7,
      title: 'SEC sues',
      slug: 'SEC-sues',
      published_at: '2026-01-07T10:00:00Z',
      votes: { negative: 3, positive: 0 },
    },
  ],
};

describe('cryptopanic', () => {
  it('reads titles', async () => {
    const { readings } = await read(
      { cryptopanic: { enabled: true, api_token: 'K' } },
      { '/api/growth/v2/posts/': POSTS },
    );

    expect(readings).toEqual([
      {
        kind: 'text',
        source: 'cryptopanic',
        id: '7',
        atMs: Date.UTC(2026, 0, 7, 10),
        text: 'SEC sues',
      },
    ]);
  });

  it('asks the address of the plan', async () => {
    const { calls } = await read(
      { cryptopanic: { enabled: true, api_token: 'K', plan: 'developer' } },
      { '/api/developer/v2/posts/': POSTS },
    );

    expect(calls).toHaveLength(1);
  });

  it('takes no list without end', async () => {
    const results = Array.from({ length: 201 }, (_, id) => ({ ...POSTS.results[0], id }));

    await expect(
      read(
        { cryptopanic: { enabled: true, api_token: 'K' } },
        { '/api/growth/v2/posts/': { results } },
      ),
    ).rejects.toThrow('too_big');
  });

  it('says which key it needs', async () => {
    await expect(read({ cryptopanic: { enabled: true } }, {})).rejects.toThrow(
      'cryptopanic.api_token',
    );
  });
});
