/**
 * Where words and moods come from. Each source asks its own address by the one HTTP client, takes what
 * its schema knows and gives readings; what it cannot read it throws, and the others go on.
 */
import type { HttpClient } from '#platform/http/open-http-client.ts';
import type { SentimentSources, SourceName } from './config.ts';
import { cryptopanic } from './cryptopanic.ts';
import { fearGreed } from './fear-greed.ts';
import { lunarcrush } from './lunarcrush.ts';
import { news } from './news.ts';
import { practice } from './practice.ts';
import { reddit } from './reddit.ts';
import { santiment } from './santiment.ts';
import type { OpenHttp, SentimentSource } from './sentiment-source.ts';
import { x } from './x.ts';

const LIMITS = { timeoutMs: 10_000, maxBytes: 3_000_000, ratePerMinute: 30 };

/** The enabled ones; `practiceUrl` is undefined on any other exchange. */
export function openSources(
  client: Pick<HttpClient, 'source'>,
  config: SentimentSources,
  practiceUrl: string | undefined,
): readonly SentimentSource[] {
  const open: OpenHttp = (name, options) => client.source({ ...LIMITS, ...options, name });
  const readers: Readonly<Record<SourceName, () => SentimentSource['read']>> = {
    reddit: () => reddit(open, config.reddit),
    news: () => news(open, config.news),
    x: () => x(open('x', { origins: [config.x.origin] }), config.x),
    fear_greed: () =>
      fearGreed(open('fear_greed', { origins: [config.fear_greed.origin] }), '/fng/'),
    cryptopanic: () =>
      cryptopanic(
        open('cryptopanic', { origins: [config.cryptopanic.origin] }),
        config.cryptopanic,
      ),
    lunarcrush: () =>
      lunarcrush(open('lunarcrush', { origins: [config.lunarcrush.origin] }), config.lunarcrush),
    santiment: () =>
      santiment(open('santiment', { origins: [config.santiment.origin] }), config.santiment),
    practice: () =>
      practice(
        open('practice', { origins: [practiceUrl ?? ''], allowPrivate: true, ratePerMinute: 120 }),
      ),
  };
  const wanted = (Object.keys(readers) as SourceName[]).filter(
    (name) => config[name].enabled && (name !== 'practice' || practiceUrl !== undefined),
  );
  return wanted.map((name) => ({
    name,
    weight: config[name].weight,
    intervalMs: config[name].interval_seconds * 1_000,
    read: readers[name](),
  }));
}
