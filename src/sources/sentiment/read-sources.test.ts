/** Each source on an answer of its vendor's shape, through its own schema. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { HttpSource } from '#platform/http/http-source.ts';
import { SentimentSources } from './config.ts';
import { openSources } from './read-sources.ts';

const NOW = Date.UTC(2026, 0, 7, 12);
const SIGNAL = new AbortController().signal;

interface Call {
  readonly source: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** Answers by path; the schema of the source reads them as it reads the vendor's. */
function web(answers: Readonly<Record<string, unknown>>) {
  const calls: Call[] = [];
  const private_ = new Map<string, boolean>();
  const at = (source: string, path: string, headers: Call['headers']): unknown => {
    calls.push({ source, path, headers });
    const found = answers[path];
    if (found === undefined) throw new Error(`nothing at ${path}`);
    return found;
  };
  const client = {
    source: ({
      name,
      allowPrivate = false,
    }: {
      name: string;
      allowPrivate?: boolean | undefined;
    }) => {
      private_.set(name, allowPrivate);
      const json = (path: string, options: { schema: z.ZodType; headers?: Call['headers'] }) => {
        const value = options.schema.parse(at(name, path, options.headers));
        return Promise.resolve({ value, isNotModified: false, atMs: NOW });
      };
      return {
        name,
        getJson: json,
        postJson: json,
        getText: (path: string) =>
          Promise.resolve({
            value: String(at(name, path, undefined)),
            isNotModified: false,
            atMs: NOW,
          }),
        blockedMs: () => 0,
      } as unknown as HttpSource;
    },
  };
  return { client, calls, private_ };
}

async function read(
  config: object,
  answers: Readonly<Record<string, unknown>>,
  practiceUrl?: string,
) {
  const { client, calls, private_ } = web(answers);
  const sources = openSources(client, SentimentSources.parse(config), practiceUrl);
  const readings = (await Promise.all(sources.map((source) => source.read(SIGNAL, NOW)))).flat();
  return { readings, calls, private_, names: sources.map(({ name }) => name) };
}

const POST = {
  id: 'p1',
  title: 'To the moon',
  selftext: 'really',
  author: 'ann',
  created_utc: 1_767_780_000,
};
const LISTING = { kind: 'Listing', data: { children: [{ kind: 't3', data: POST }] } };

describe('sources', () => {
  it('are none unless they are wanted, and practice only there', async () => {
    expect((await read({}, {})).names).toEqual([]);
    expect((await read({ practice: { enabled: false } }, {}, 'http://127.0.0.1:1')).names).toEqual(
      [],
    );
  });

  it('read a listing of Reddit', async () => {
    const { readings } = await read(
      { reddit: { enabled: true, subreddits: ['Bitcoin'] } },
      { '/r/Bitcoin/new.json': LISTING },
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

  it('ask Reddit for a token first when there is an application', async () => {
    const { readings, calls } = await read(
      { reddit: { enabled: true, subreddits: ['Bitcoin'], client_id: 'id', client_secret: 'se' } },
      {
        '/api/v1/access_token': { access_token: 'TOK', expires_in: 3_600 },
        '/r/Bitcoin/new': LISTING,
      },
    );

    expect(readings).toHaveLength(1);
    expect(calls.map(({ source, headers }) => [source, headers?.['authorization']])).toEqual([
      ['reddit', `Basic ${Buffer.from('id:se').toString('base64')}`],
      ['reddit_oauth', 'Bearer TOK'],
    ]);
  });

  it('go on with the feeds that answer, and fail when none does', async () => {
    const feed = '<rss><channel><item><title>Up</title><guid>1</guid></item></channel></rss>';
    const feeds = ['https://a.invalid/rss', 'https://b.invalid/gone'];

    const { readings, private_ } = await read({ news: { enabled: true, feeds } }, { '/rss': feed });

    expect(readings).toMatchObject([{ source: 'news', text: 'Up. ', atMs: NOW }]);
    expect([...private_.values()]).not.toContain(true);
    await expect(read({ news: { enabled: true, feeds } }, {})).rejects.toThrow('nothing at');
    await expect(
      read({ news: { enabled: true, feeds } }, { '/rss': 'hi', '/gone': 'ho' }),
    ).rejects.toThrow('neither RSS nor Atom');
  });

  it('read X with the age of its accounts', async () => {
    const { readings } = await read(
      { x: { enabled: true, bearer_token: 'T' } },
      {
        '/2/tweets/search/recent': {
          data: [{ id: '1', text: 'btc up', author_id: 'u', created_at: '2026-01-07T11:00:00Z' }],
          includes: { users: [{ id: 'u', created_at: '2026-01-06T00:00:00Z' }] },
        },
      },
    );

    expect(readings).toMatchObject([
      { source: 'x', atMs: NOW - 3_600_000, authorSinceMs: Date.UTC(2026, 0, 6) },
    ]);
  });

  it.each([
    ['x', 'bearer_token'],
    ['cryptopanic', 'api_token'],
    ['lunarcrush', 'api_key'],
    ['santiment', 'api_key'],
  ])('say which key %s needs', async (name, key) => {
    await expect(read({ [name]: { enabled: true } }, {})).rejects.toThrow(`${name}.${key}`);
  });

  it('read moods that others have reckoned', async () => {
    const { readings } = await read(
      {
        fear_greed: { enabled: true },
        lunarcrush: { enabled: true, api_key: 'K' },
        santiment: { enabled: true, api_key: 'K' },
        cryptopanic: { enabled: true, api_token: 'K' },
      },
      {
        '/fng/': { data: [{ value: '25', value_classification: 'Fear', timestamp: '1767780000' }] },
        '/api4/public/coins/list/v2': {
          data: [
            { symbol: 'BTC', sentiment: 80, interactions_24h: 999_999 },
            { symbol: 'X', sentiment: null },
          ],
        },
        '/graphql': {
          data: {
            cBTC: { timeseriesData: [{ datetime: '2026-01-07T00:00:00Z', value: 9 }] },
            cETH: null,
          },
        },
        '/api/v1/posts/': {
          results: [{ id: 7, title: 'SEC sues', published_at: '2026-01-07T10:00:00Z' }],
        },
      },
    );

    expect(readings).toMatchObject([
      { source: 'fear_greed', coin: 'MARKET', score: -0.5 },
      { source: 'cryptopanic', kind: 'text', id: '7' },
      { source: 'lunarcrush', coin: 'BTC', score: 0.6000000000000001, voices: 12 },
      { source: 'santiment', coin: 'BTC', score: 1 },
    ]);
  });

  it('take nothing that does not fit', async () => {
    await expect(
      read(
        { fear_greed: { enabled: true } },
        { '/fng/': { data: [{ value: '250', timestamp: '1' }] } },
      ),
    ).rejects.toThrow();
  });
});
