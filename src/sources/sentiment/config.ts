import { z } from 'zod';

const common = (weight: number, seconds: number) => ({
  enabled: z.boolean().default(false),
  /** What its words weigh beside those of the others. */
  weight: z.number().min(0).max(10).default(weight),
  interval_seconds: z.number().min(5).max(86_400).default(seconds),
});

const Origin = z
  .string()
  .regex(/^https?:\/\/[^/?#@\s]+$/, 'expected an address such as "https://host", without a login');
/** Whether it may be on this machine or in its network: a mirror or a proxy of one's own. */
const allow_private = z.boolean().default(false);
const secret = z.string().min(1).nullable().default(null);

/** Section `sentiment_agent.sources`. */
export const SentimentSources = z.strictObject({
  reddit: z
    .strictObject({
      ...common(0.6, 120),
      origin: Origin.default('https://www.reddit.com'),
      oauth_origin: Origin.default('https://oauth.reddit.com'),
      allow_private,
      subreddits: z
        .array(z.string().regex(/^\w{2,21}$/))
        .max(20)
        .default(['CryptoCurrency', 'Bitcoin', 'ethereum']),
      client_id: z.string().min(1).nullable().default(null),
      client_secret: secret,
    })
    .prefault({}),
  news: z
    .strictObject({
      ...common(1, 120),
      /** RSS or Atom. */
      feeds: z
        .array(
          z.url({ protocol: /^https?$/, error: 'expected an address such as "https://host/rss"' }),
        )
        .max(30)
        .default([
          'https://www.coindesk.com/arc/outboundfeeds/rss/',
          'https://cointelegraph.com/rss',
        ]),
      allow_private,
    })
    .prefault({}),
  x: z
    .strictObject({
      ...common(0.4, 300),
      origin: Origin.default('https://api.x.com'),
      allow_private,
      query: z
        .string()
        .min(1)
        .max(500)
        .default('(bitcoin OR ethereum OR crypto) lang:en -is:retweet'),
      /** Posts and their authors: X bills each. They are spread over the month. */
      monthly_reads: z.int().min(20).max(10_000_000).default(6_000),
      bearer_token: secret,
    })
    .prefault({}),
  fear_greed: z
    .strictObject({
      ...common(1, 1_800),
      origin: Origin.default('https://api.alternative.me'),
      allow_private,
    })
    .prefault({}),
  cryptopanic: z
    .strictObject({
      ...common(0.8, 300),
      origin: Origin.default('https://cryptopanic.com'),
      allow_private,
      api_token: secret,
      /** Of theirs: it stands in the address. */
      plan: z.enum(['developer', 'growth', 'enterprise']).default('growth'),
      /** Requests, spread over the month. */
      monthly_reads: z.int().min(1).max(10_000_000).default(3_000),
    })
    .prefault({}),
  lunarcrush: z
    .strictObject({
      ...common(0.6, 600),
      origin: Origin.default('https://lunarcrush.com'),
      allow_private,
      api_key: secret,
    })
    .prefault({}),
  santiment: z
    .strictObject({
      ...common(0.6, 21_600),
      origin: Origin.default('https://api.santiment.net'),
      allow_private,
      /** Their names of the coins that are asked for. */
      slugs: z
        .array(
          z.strictObject({
            coin: z.string().regex(/^[A-Z0-9]{1,15}$/),
            slug: z.string().regex(/^[a-z0-9-]{1,60}$/),
          }),
        )
        .max(50)
        .default([
          { coin: 'BTC', slug: 'bitcoin' },
          { coin: 'ETH', slug: 'ethereum' },
        ]),
      api_key: secret,
    })
    .prefault({}),
  /** What the practice world writes; on `exchange: practice` alone. */
  practice: z.strictObject({ ...common(1, 15), enabled: z.boolean().default(true) }).prefault({}),
});
export type SentimentSources = z.output<typeof SentimentSources>;
export type SourceName = keyof SentimentSources;
export const SOURCE_NAMES = Object.keys(SentimentSources.shape) as SourceName[];
