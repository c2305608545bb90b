import { z } from 'zod';
import type { HttpSource } from '#platform/http/http-source.ts';
import type { SentimentSources } from './config.ts';
import { asking } from './read-budget.ts';
import type { ReadBudget } from './read-budget.ts';
import { requiredKey } from './required-key.ts';
import type { SentimentSource } from './sentiment-source.ts';
import { timeOf } from './time-of.ts';
import { textOf } from './text-of.ts';

/** Twice what is asked for. */
const READ_MAX = 200;

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
    .max(READ_MAX)
    .default([]),
  includes: z
    .looseObject({
      users: z
        .array(z.looseObject({ id: z.string(), created_at: z.string().optional() }))
        .max(READ_MAX)
        .default([]),
    })
    .optional(),
  meta: z
    .looseObject({
      newest_id: z
        .string()
        .regex(/^\d{1,20}$/)
        .optional(),
    })
    .optional(),
});

/** X gives ten posts at the least and a hundred at the most; each post and each author is billed. */
export const X_READS = { readsMin: 20, readsMax: 200 };
const READS_PER_POST = 2;
const DAY_MS = 86_400_000;

export function x(
  source: HttpSource,
  config: SentimentSources['x'],
  budget: ReadBudget,
): SentimentSource['read'] {
  let newest: { readonly id: string; readonly atMs: number } | undefined;

  async function ask(signal: AbortSignal, nowMs: number, token: string) {
    // Older than a week it would be refused; what is older than a day does not count anyway.
    const sinceId = newest !== undefined && nowMs - newest.atMs < DAY_MS ? newest.id : undefined;
    const { value } = await source.getJson('/2/tweets/search/recent', {
      schema: Tweets,
      query: {
        query: config.query,
        max_results: Math.floor(budget.readsEach / READS_PER_POST),
        since_id: sinceId,
        'tweet.fields': 'created_at,author_id',
        expansions: 'author_id',
        'user.fields': 'created_at',
      },
      headers: { authorization: `Bearer ${token}` },
      signal,
    });
    return value;
  }

  return async (signal, nowMs) => {
    const token = requiredKey('x', 'bearer_token', config.bearer_token);
    if (!budget.take(nowMs)) return undefined;
    const { data, includes, meta } = await asking(budget, () => ask(signal, nowMs, token));
    const users = includes?.users ?? [];
    budget.settle(data.length + users.length);
    if (meta?.newest_id !== undefined) newest = { id: meta.newest_id, atMs: nowMs };
    const since = new Map(users.map((user) => [user.id, timeOf(user.created_at)]));
    return {
      readings: data.map((tweet) => ({
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
