import { z } from 'zod';
import type { HttpSource } from '#platform/http/http-source.ts';
import type { SentimentSources } from './config.ts';
import { requiredKey } from './required-key.ts';
import type { SentimentSource } from './sentiment-source.ts';
import { timeOf } from './time-of.ts';
import { textOf } from './text-of.ts';

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

export function x(source: HttpSource, config: SentimentSources['x']): SentimentSource['read'] {
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
      headers: { authorization: `Bearer ${requiredKey('x', 'bearer_token', config.bearer_token)}` },
      signal,
    });
    const since = new Map(value.includes?.users.map((user) => [user.id, timeOf(user.created_at)]));
    return {
      readings: value.data.map((tweet) => ({
        kind: 'text',
        source: 'x',
        id: tweet.id,
        atMs: timeOf(tweet.created_at) ?? 0,
        text: textOf(tweet.text),
        author: tweet.author_id,
        authorSinceMs: since.get(tweet.author_id ?? ''),
      })),
    };
  };
}
