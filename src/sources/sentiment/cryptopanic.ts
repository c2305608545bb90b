import { z } from 'zod';
import type { HttpSource } from '#platform/http/http-source.ts';
import type { SentimentSources } from './config.ts';
import { listOf } from './list-of.ts';
import { asking } from './read-budget.ts';
import type { ReadBudget } from './read-budget.ts';
import { requiredKey } from './required-key.ts';
import type { SentimentSource } from './sentiment-source.ts';
import { timeOf } from './time-of.ts';
import { textOf } from './text-of.ts';

const Panic = z.looseObject({
  results: listOf(
    z.looseObject({
      id: z.union([z.number(), z.string()]),
      title: z.string(),
      published_at: z.string(),
    }),
    200,
  ),
});

/** A question is one, whatever it brings. */
export const PANIC_READS = { readsMin: 1, readsMax: 1 };

export function cryptopanic(
  source: HttpSource,
  config: SentimentSources['cryptopanic'],
  budget: ReadBudget,
): SentimentSource['read'] {
  return async (signal, nowMs) => {
    const token = requiredKey('cryptopanic', 'api_token', config.api_token);
    if (!budget.take(nowMs)) return undefined;
    const { value } = await asking(budget, () =>
      source.getJson(`/api/${config.plan}/v2/posts/`, {
        schema: Panic,
        query: { auth_token: token, public: true },
        signal,
      }),
    );
    return {
      readings: value.results.map((post) => ({
        kind: 'text',
        source: 'cryptopanic',
        id: String(post.id),
        atMs: timeOf(post.published_at) ?? 0,
        text: textOf(post.title),
      })),
    };
  };
}
