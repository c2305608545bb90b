import type { HttpSource } from '#platform/http/http-source.ts';
import { fearGreed } from './fear-greed.ts';
import { readFeed } from './read-feed.ts';
import { readParts } from './read-parts.ts';
import { Listing, postsOf } from './reddit-listing.ts';
import type { SentimentSource } from './sentiment-source.ts';

const POSTS = '/practice/feed/r/PracticeCoins/new.json';

/** What the practice world writes: news, posts and an index, in the shapes of their models. */
export function practice(http: HttpSource): SentimentSource['read'] {
  const as = 'practice';
  const index = fearGreed(http, '/practice/feed/fng', as);
  return (signal, nowMs) =>
    readParts([
      {
        name: 'news',
        read: () => readFeed(http, { as, path: '/practice/feed/news.rss', signal, nowMs }),
      },
      {
        name: 'posts',
        read: async () => {
          const { value } = await http.getJson(POSTS, { schema: Listing, signal });
          // News and posts are numbered each from one.
          return postsOf(as, value).map((post) => ({ ...post, id: `post ${post.id}` }));
        },
      },
      { name: 'index', read: async () => (await index(signal, nowMs)).readings },
    ]);
}
