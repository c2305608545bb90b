import { describe, expect, it } from 'vitest';
import { read } from './web.fixture.ts';

/** One page of `/r/Bitcoin/new.json`, with the fields around those that are used. */
const PAGE = {
  kind: 'Listing',
  data: {
    after: 't3_1q5x2ab',
    dist: 1,
    modhash: '',
    geo_filter: '',
    children: [
      { kind: 'more', data: { id: '_', count: 3 } },
      {
        kind: 't3',
        data: {
          approved_at_utc: null,
          subreddit: 'Bitcoin',
          selftext: 'really',
          author_fullname: 't2_8f2k',
          title: 'To the moon',
          ups: 12,
          id: 'p1',
          author: 'ann',
          created_utc: 1_767_780_000,
          is_self: true,
          num_comments: 4,
        },
      },
    ],
    before: null,
  },
};
const TOKEN = {
  access_token: 'TOK',
  token_type: 'bearer',
  expires_in: 3_600,
  scope: '*',
};

describe('reddit', () => {
  it('reads the public listing of a subreddit', async () => {
    const { readings } = await read(
      { reddit: { enabled: true, subreddits: ['Bitcoin'] } },
      { '/r/Bitcoin/new.json': PAGE },
    );

    expect(readings).toEqual([
      {
        kind: 'text',
        source: 'reddit',
        id: 'p1',
        atMs: 1_767_780_000_000,
        text: 'To the moon. really',
        author: 'ann',
        authorSinceMs: undefined,
      },
    ]);
  });

  it('asks for a token first when there is an application', async () => {
    const { readings, calls } = await read(
      { reddit: { enabled: true, subreddits: ['Bitcoin'], client_id: 'id', client_secret: 'se' } },
      { '/api/v1/access_token': TOKEN, '/r/Bitcoin/new': PAGE },
    );

    expect(readings).toHaveLength(1);
    expect(calls.map(({ source, headers }) => [source, headers?.['authorization']])).toEqual([
      ['reddit', `Basic ${Buffer.from('id:se').toString('base64')}`],
      ['reddit_oauth', 'Bearer TOK'],
    ]);
  });

  it('goes on with the subreddits that answer, and fails when none does', async () => {
    const reddit = { enabled: true, subreddits: ['Bitcoin', 'gone'] };

    const { readings, problems } = await read({ reddit }, { '/r/Bitcoin/new.json': PAGE });

    expect(readings).toHaveLength(1);
    expect(problems).toEqual(['1 of 2 failed: r/gone: nothing at /r/gone/new.json']);
    await expect(read({ reddit }, {})).rejects.toThrow('nothing at');
  });

  it('does not take all deleted accounts for one author', async () => {
    const page = structuredClone(PAGE);
    for (const { data } of page.data.children) data.author = '[deleted]';

    const { readings } = await read(
      { reddit: { enabled: true, subreddits: ['Bitcoin'] } },
      { '/r/Bitcoin/new.json': page },
    );

    expect(readings).toMatchObject([{ id: 'p1', author: undefined }]);
  });
});
