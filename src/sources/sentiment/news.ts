import { decoded } from '#platform/config/secrets.ts';
import type { SentimentSources } from './config.ts';
import { readFeed } from './read-feed.ts';
import { readParts } from './read-parts.ts';
import type { OpenHttp, SentimentSource } from './sentiment-source.ts';

/** Headlines of a day are a tenth of this. Three times as much takes 0.4 s to parse, in a process that risk may share. */
const FEED_BYTES_MAX = 1_000_000;

export function news(open: OpenHttp, config: SentimentSources['news']): SentimentSource['read'] {
  const feeds = config.feeds.map((address, place) => {
    const url = new URL(address);
    const { allow_private: allowPrivate } = config;
    const headers = loginOf(url);
    const http = open(`news_${place + 1}`, {
      origins: [url.origin],
      allowPrivate,
      headers,
      maxBytes: FEED_BYTES_MAX,
    });
    return { http, url };
  });
  return (signal, nowMs) =>
    readParts(
      feeds.map(({ http, url }) => ({
        name: url.host,
        read: () =>
          readFeed(http, { as: 'news', path: `${url.pathname}${url.search}`, signal, nowMs }),
      })),
    );
}

/** `https://name:password@host/` as the header that it means. */
function loginOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const login = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}
