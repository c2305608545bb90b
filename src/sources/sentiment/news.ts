import type { SentimentSources } from './config.ts';
import { readFeed } from './read-feed.ts';
import type { OpenHttp, SentimentSource } from './sentiment-source.ts';

/** One feed that fails does not take the others with it, unless all of them do. */
export function news(open: OpenHttp, config: SentimentSources['news']): SentimentSource['read'] {
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
