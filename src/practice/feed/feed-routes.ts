/** `/practice/feed/`: what is written, in the shapes of RSS 2.0, a Reddit listing and alternative.me. */
import type { Chatter, Written } from './chatter.ts';

export interface FeedAnswer {
  readonly type: string;
  readonly body: string;
}

const LISTED = 100;

/** Undefined for a path that is none of them. */
export function answerFeed(chatter: Chatter, path: string, nowMs: number): FeedAnswer | undefined {
  if (path === 'news.rss') return { type: 'application/rss+xml', body: rss(chatter.news()) };
  const subreddit = /^r\/([A-Za-z0-9_]{2,21})\/new\.json$/.exec(path)?.[1];
  if (subreddit !== undefined) return json(listing(chatter.posts(), subreddit));
  if (path === 'fng') return json(fearAndGreed(chatter.mood(), nowMs));
  return undefined;
}

function json(value: unknown): FeedAnswer {
  return { type: 'application/json', body: JSON.stringify(value) };
}

function rss(items: readonly Written[]): string {
  const entries = newestFirst(items).map(
    ({ id, title, atMs }) =>
      `<item><title>${escaped(title)}</title><link>http://practice.invalid/news/${id}</link>` +
      `<guid isPermaLink="false">${id}</guid><pubDate>${new Date(atMs).toUTCString()}</pubDate></item>`,
  );
  return (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>' +
    '<title>Practice news</title><link>http://practice.invalid/</link>' +
    `<description>What the practice world reads</description>${entries.join('')}</channel></rss>`
  );
}

function listing(items: readonly Written[], subreddit: string): unknown {
  const children = newestFirst(items).map((item) => ({
    kind: 't3',
    data: {
      id: item.id,
      name: `t3_${item.id}`,
      title: item.title,
      selftext: '',
      author: item.author,
      author_created_utc: Math.floor(item.authorSinceMs / 1_000),
      created_utc: Math.floor(item.atMs / 1_000),
      score: item.score,
      num_comments: item.comments,
      subreddit,
      permalink: `/r/${subreddit}/comments/${item.id}/`,
    },
  }));
  return { kind: 'Listing', data: { after: null, dist: children.length, children } };
}

function fearAndGreed(mood: number, nowMs: number): unknown {
  const words = ['Extreme Fear', 'Fear', 'Neutral', 'Greed', 'Extreme Greed'];
  const value_classification = words[Math.min(4, Math.floor(mood / 20))];
  const timestamp = String(Math.floor(nowMs / 1_000));
  const data = [{ value: String(mood), value_classification, timestamp, time_until_update: '60' }];
  return { name: 'Fear and Greed Index', data, metadata: { error: null } };
}

function newestFirst(items: readonly Written[]): Written[] {
  return items.toSorted((a, b) => b.atMs - a.atMs).slice(0, LISTED);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
