import { describe, expect, it } from 'vitest';
import { NOW, read } from './web.fixture.ts';

const FOUND = {
  data: [
    {
      id: '1',
      text: 'btc up',
      author_id: 'u',
      created_at: '2026-01-07T11:00:00.000Z',
      edit_history_tweet_ids: ['1'],
    },
  ],
  includes: {
    users: [{ id: 'u', name: 'U', username: 'u_u', created_at: '2026-01-06T00:00:00.000Z' }],
  },
  meta: { newest_id: '1', oldest_id: '1', result_count: 1 },
};
const NOTHING = { meta: { result_count: 0 } };
const PATH = '/2/tweets/search/recent';
const config = { x: { enabled: true, bearer_token: 'T' } };

describe('x', () => {
  it('reads what is found, with the age of the accounts', async () => {
    const { readings, calls } = await read(config, { [PATH]: FOUND });

    expect(readings).toMatchObject([
      { source: 'x', id: '1', atMs: NOW - 3_600_000, authorSinceMs: Date.UTC(2026, 0, 6) },
    ]);
    expect(calls[0]?.headers?.['authorization']).toBe('Bearer T');
  });

  it('reads nothing where nothing is found', async () => {
    expect((await read(config, { [PATH]: NOTHING })).readings).toEqual([]);
  });

  it('says which key it needs', async () => {
    await expect(read({ x: { enabled: true } }, {})).rejects.toThrow('x.bearer_token');
  });
});
