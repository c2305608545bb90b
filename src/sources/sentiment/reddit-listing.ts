import { z } from 'zod';
import type { TextReading } from '#core/sentiment/stream/reading.ts';
import { listOf } from './list-of.ts';
import { textOf } from './text-of.ts';

/** A page of posts as Reddit lists them. */
export const Listing = z.looseObject({
  data: z.looseObject({
    children: listOf(
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
      200,
    ),
  }),
});

export function postsOf(source: string, { data }: z.output<typeof Listing>): TextReading[] {
  return data.children.map(({ data: post }) => ({
    kind: 'text',
    source,
    id: post.id,
    atMs: Math.round(post.created_utc * 1_000),
    text: textOf(post.title, post.selftext),
    // Whoever was deleted is not one author.
    author: post.author === '[deleted]' ? undefined : post.author,
    authorSinceMs:
      post.author_created_utc === undefined ? undefined : post.author_created_utc * 1_000,
  }));
}
