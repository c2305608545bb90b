import type { HttpSource } from '#platform/http/http-source.ts';
import { fearGreed } from './fear-greed.ts';
import { readFeed } from './read-feed.ts';
import { Listing, postsOf } from './reddit-listing.ts';
import type { SentimentSource } from './sentiment-source.ts';

/** What the practice world writes: news, posts and an index, in the shapes of their models. */
export function practice(source: HttpSource): SentimentSource['read'] {
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
