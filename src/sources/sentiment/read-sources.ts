/**
 * Where words and moods come from. Each source asks its own address by the one HTTP client, takes what
 * its schema knows and gives readings; what it cannot read it throws, and the others go on.
 */
import { z } from 'zod';
import type { Reading } from '#core/sentiment/stream/reading.ts';
import { PermanentError } from '#platform/errors.ts';
import type { HttpClient } from '#platform/http/open-http-client.ts';
import type { HttpSource, SourceOptions } from '#platform/http/http-source.ts';
import { parseFeed } from '../feed.ts';
import type { SentimentSources, SourceName } from './config.ts';

export interface SentimentSource {
  readonly name: SourceName;
  readonly weight: number;
  readonly intervalMs: number;
  read(signal: AbortSignal, nowMs: number): Promise<readonly Reading[]>;
}

const LIMITS = { timeoutMs: 10_000, maxBytes: 3_000_000, ratePerMinute: 30 };
const TEXT_MAX = 1_000;

/** The enabled ones; `practiceUrl` is undefined on any other exchange. */
export function openSources(
  client: Pick<HttpClient, 'source'>,
  config: SentimentSources,
  practiceUrl: string | undefined,
): readonly SentimentSource[] {
  const open = (name: string, options: Pick<SourceOptions, 'origins'> & Partial<SourceOptions>) =>
    client.source({ ...LIMITS, ...options, name });
  const readers: Readonly<Record<SourceName, () => SentimentSource['read']>> = {
    reddit: () => reddit(open, config.reddit),
    news: () => news(open, config.news),
    x: () => x(open('x', { origins: [config.x.origin] }), config.x),
    fear_greed: () =>
      fearGreed(open('fear_greed', { origins: [config.fear_greed.origin] }), '/fng/'),
    cryptopanic: () =>
      cryptopanic(
        open('cryptopanic', { origins: [config.cryptopanic.origin] }),
        config.cryptopanic,
      ),
    lunarcrush: () =>
      lunarcrush(open('lunarcrush', { origins: [config.lunarcrush.origin] }), config.lunarcrush),
    santiment: () =>
      santiment(open('santiment', { origins: [config.santiment.origin] }), config.santiment),
    practice: () =>
      practice(
        open('practice', { origins: [practiceUrl ?? ''], allowPrivate: true, ratePerMinute: 120 }),
      ),
  };
  const wanted = (Object.keys(readers) as SourceName[]).filter(
    (name) => config[name].enabled && (name !== 'practice' || practiceUrl !== undefined),
  );
  return wanted.map((name) => ({
    name,
    weight: config[name].weight,
    intervalMs: config[name].interval_seconds * 1_000,
    read: readers[name](),
  }));
}

type Open = (
  name: string,
  options: Pick<SourceOptions, 'origins'> & Partial<SourceOptions>,
) => HttpSource;

const Listing = z.looseObject({
  data: z.looseObject({
    children: z
      .array(
        z.looseObject({
          data: z.looseObject({
            id: z.string(),
            title: z.string().default(''),
            selftext: z.string().default(''),
            author: z.string().optional(),
            author_created_utc: z.number().optional(),
            created_utc: z.number(),
          }),
        }),
      )
      .max(200),
  }),
});

function postsOf(source: string, { data }: z.output<typeof Listing>): Reading[] {
  return data.children.map(({ data: post }) => ({
    kind: 'text',
    source,
    id: post.id,
    atMs: Math.round(post.created_utc * 1_000),
    text: `${post.title}. ${post.selftext}`.slice(0, TEXT_MAX),
    author: post.author,
    authorSinceMs:
      post.author_created_utc === undefined ? undefined : post.author_created_utc * 1_000,
  }));
}

/** With an application's id and secret by OAuth, which has more room; else the public listing. */
function reddit(open: Open, config: SentimentSources['reddit']): SentimentSource['read'] {
  const { client_id: id, client_secret: secret } = config;
  const site = open('reddit', { origins: [config.origin] });
  const api = open('reddit_oauth', { origins: [config.oauth_origin] });
  let token: { readonly text: string; readonly untilMs: number } | undefined;

  async function bearer(signal: AbortSignal, nowMs: number): Promise<string | undefined> {
    if (id === null || secret === null) return undefined;
    if (token !== undefined && nowMs < token.untilMs) return token.text;
    const { value } = await site.postJson('/api/v1/access_token', {
      schema: z.looseObject({ access_token: z.string(), expires_in: z.number() }),
      form: { grant_type: 'client_credentials' },
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      signal,
    });
    token = { text: value.access_token, untilMs: nowMs + 900 * value.expires_in };
    return token.text;
  }

  return async (signal, nowMs) => {
    const readings: Reading[] = [];
    const granted = await bearer(signal, nowMs);
    for (const subreddit of config.subreddits) {
      const options = { schema: Listing, query: { limit: 100 }, signal };
      const { value } =
        granted === undefined
          ? await site.getJson(`/r/${subreddit}/new.json`, options)
          : await api.getJson(`/r/${subreddit}/new`, {
              ...options,
              headers: { authorization: `Bearer ${granted}` },
            });
      readings.push(...postsOf('reddit', value));
    }
    return readings;
  };
}

/** One feed that fails does not take the others with it, unless all of them do. */
function news(open: Open, config: SentimentSources['news']): SentimentSource['read'] {
  const feeds = config.feeds.map((address, place) => {
    const url = new URL(address);
    const { allow_private: allowPrivate } = config;
    const source = open(`news_${place + 1}`, { origins: [url.origin], allowPrivate });
    return { source, path: url.pathname, query: Object.fromEntries(url.searchParams) };
  });
  return async (signal, nowMs) => {
    const answers = await Promise.allSettled(
      feeds.map(({ source, path, query }) => readFeed(source, { path, query, signal, nowMs })),
    );
    const failed = answers.find((answer) => answer.status === 'rejected');
    const read = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (failed !== undefined && answers.every(({ status }) => status === 'rejected'))
      throw failed.reason;
    return read;
  };
}

async function readFeed(
  source: HttpSource,
  asked: { path: string; query?: Record<string, string>; signal: AbortSignal; nowMs: number },
): Promise<Reading[]> {
  const { path, query, signal, nowMs } = asked;
  const { value } = await source.getText(path, { query, signal });
  const items = parseFeed(value);
  if (items === undefined) {
    throw new PermanentError('no-feed', 'the address gives neither RSS nor Atom', {
      details: { source: source.name },
    });
  }
  return items.map((item) => ({
    kind: 'text',
    source: 'news',
    id: item.id,
    atMs: Math.min(item.atMs ?? nowMs, nowMs),
    text: `${item.title}. ${item.summary}`.slice(0, TEXT_MAX),
  }));
}

const Tweets = z.looseObject({
  data: z
    .array(
      z.looseObject({
        id: z.string(),
        text: z.string(),
        author_id: z.string().optional(),
        created_at: z.string(),
      }),
    )
    .default([]),
  includes: z
    .looseObject({
      users: z
        .array(z.looseObject({ id: z.string(), created_at: z.string().optional() }))
        .default([]),
    })
    .optional(),
});

function x(source: HttpSource, config: SentimentSources['x']): SentimentSource['read'] {
  return async (signal) => {
    const { value } = await source.getJson('/2/tweets/search/recent', {
      schema: Tweets,
      query: {
        query: config.query,
        max_results: 100,
        'tweet.fields': 'created_at,author_id',
        expansions: 'author_id',
        'user.fields': 'created_at',
      },
      headers: { authorization: `Bearer ${needed('x', 'bearer_token', config.bearer_token)}` },
      signal,
    });
    const since = new Map(value.includes?.users.map((user) => [user.id, timeOf(user.created_at)]));
    return value.data.map((tweet) => ({
      kind: 'text',
      source: 'x',
      id: tweet.id,
      atMs: timeOf(tweet.created_at) ?? 0,
      text: tweet.text.slice(0, TEXT_MAX),
      author: tweet.author_id,
      authorSinceMs: since.get(tweet.author_id ?? ''),
    }));
  };
}

const Index = z.looseObject({
  data: z
    .array(
      z.looseObject({ value: z.coerce.number().min(0).max(100), timestamp: z.coerce.number() }),
    )
    .min(1),
});

/** 0 extreme fear to 100 extreme greed becomes -1 to 1. */
function fearGreed(source: HttpSource, path: string, as = 'fear_greed'): SentimentSource['read'] {
  return async (signal) => {
    const { value } = await source.getJson(path, { schema: Index, query: { limit: 1 }, signal });
    return value.data.slice(0, 1).map((point) => ({
      kind: 'mood',
      source: as,
      coin: 'MARKET',
      atMs: point.timestamp * 1_000,
      score: point.value / 50 - 1,
      voices: 20,
    }));
  };
}

const Panic = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.union([z.number(), z.string()]),
      title: z.string(),
      published_at: z.string(),
    }),
  ),
});

function cryptopanic(
  source: HttpSource,
  config: SentimentSources['cryptopanic'],
): SentimentSource['read'] {
  return async (signal) => {
    const { value } = await source.getJson('/api/v1/posts/', {
      schema: Panic,
      query: { auth_token: needed('cryptopanic', 'api_token', config.api_token), public: true },
      signal,
    });
    return value.results.map((post) => ({
      kind: 'text',
      source: 'cryptopanic',
      id: String(post.id),
      atMs: timeOf(post.published_at) ?? 0,
      text: post.title.slice(0, TEXT_MAX),
    }));
  };
}

const Coins = z.looseObject({
  data: z.array(
    z.looseObject({
      symbol: z.string(),
      sentiment: z.number().min(0).max(100).nullish(),
      interactions_24h: z.number().nonnegative().nullish(),
    }),
  ),
});

function lunarcrush(
  source: HttpSource,
  config: SentimentSources['lunarcrush'],
): SentimentSource['read'] {
  return async (signal, nowMs) => {
    const { value } = await source.getJson('/api4/public/coins/list/v2', {
      schema: Coins,
      headers: { authorization: `Bearer ${needed('lunarcrush', 'api_key', config.api_key)}` },
      signal,
    });
    return value.data.slice(0, 300).flatMap((coin): Reading[] => {
      const { sentiment, symbol } = coin;
      if (sentiment === null || sentiment === undefined || symbol.length > 20) return [];
      // A hundred times the interactions is twice the voices.
      const voices = Math.min(20, Math.log10(1 + (coin.interactions_24h ?? 0)) * 2);
      const of = { source: 'lunarcrush', coin: symbol.toUpperCase(), atMs: nowMs };
      return [{ kind: 'mood', ...of, score: sentiment / 50 - 1, voices }];
    });
  };
}

const Metric = z.looseObject({
  data: z.record(
    z.string(),
    z
      .looseObject({
        timeseriesData: z
          .array(z.looseObject({ datetime: z.string(), value: z.number() }))
          .default([]),
      })
      .nullable(),
  ),
});

/** Their weighted sentiment has no bounds; three is far out. */
const SANTIMENT_FULL = 3;

function santiment(
  source: HttpSource,
  config: SentimentSources['santiment'],
): SentimentSource['read'] {
  const query = config.slugs
    .map(
      ({ coin, slug }) =>
        `c${coin}: getMetric(metric: "sentiment_weighted_total") { timeseriesData(slug: "${slug}", from: "utc_now-2d", to: "utc_now", interval: "1d") { datetime value } }`,
    )
    .join(' ');
  return async (signal, nowMs) => {
    const { value } = await source.postJson('/graphql', {
      schema: Metric,
      json: { query: `{ ${query} }` },
      isRead: true,
      headers: { authorization: `Apikey ${needed('santiment', 'api_key', config.api_key)}` },
      signal,
    });
    return Object.entries(value.data).flatMap(([alias, metric]): Reading[] => {
      const last = metric?.timeseriesData.at(-1);
      if (last === undefined) return [];
      const score = Math.max(-1, Math.min(1, last.value / SANTIMENT_FULL));
      const of = {
        source: 'santiment',
        coin: alias.slice(1),
        atMs: timeOf(last.datetime) ?? nowMs,
      };
      return [{ kind: 'mood', ...of, score, voices: 10 }];
    });
  };
}

function practice(source: HttpSource): SentimentSource['read'] {
  const mood = fearGreed(source, '/practice/feed/fng', 'practice');
  return async (signal, nowMs) => {
    const [items, listing, market] = await Promise.all([
      readFeed(source, { path: '/practice/feed/news.rss', signal, nowMs }),
      source.getJson('/practice/feed/r/PracticeCoins/new.json', { schema: Listing, signal }),
      mood(signal, nowMs),
    ]);
    return [...items, ...postsOf('reddit', listing.value), ...market];
  };
}

function needed(source: string, key: string, value: string | null): string {
  if (value !== null) return value;
  throw new PermanentError('no-key', `sentiment_agent.sources.${source}.${key} is not set`);
}

function timeOf(text: string | undefined): number | undefined {
  const atMs = Date.parse(text ?? '');
  return Number.isFinite(atMs) ? atMs : undefined;
}
