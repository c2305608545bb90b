import { z } from 'zod';
import type { Reading } from '#core/sentiment/stream/reading.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import type { SentimentSources } from './config.ts';
import { requiredKey } from './required-key.ts';
import type { SentimentSource } from './sentiment-source.ts';
import { timeOf } from './time-of.ts';

const Metric = z.looseObject({
  data: z.record(
    z.string(),
    z
      .looseObject({
        timeseriesData: z
          .array(z.looseObject({ datetime: z.string(), value: z.number() }))
          .default([]),
      })
      .nullable(),
  ),
});

/** One value a day, which stands for that day. */
const STANDS_MS = 86_400_000;
/** Their weighted sentiment has no bounds; three is far out. */
const SANTIMENT_FULL = 3;

export function santiment(
  source: HttpSource,
  config: SentimentSources['santiment'],
): SentimentSource['read'] {
  const query = config.slugs
    .map(
      ({ coin, slug }) =>
        `c${coin}: getMetric(metric: "sentiment_weighted_total") { timeseriesData(slug: "${slug}", from: "utc_now-2d", to: "utc_now", interval: "1d") { datetime value } }`,
    )
    .join(' ');
  return async (signal, nowMs) => {
    const { value } = await source.postJson('/graphql', {
      schema: Metric,
      json: { query: `{ ${query} }` },
      isRead: true,
      headers: { authorization: `Apikey ${requiredKey('santiment', 'api_key', config.api_key)}` },
      signal,
    });
    return {
      // Of what was asked for alone: a name of theirs is no coin.
      readings: config.slugs.flatMap(({ coin }): Reading[] => {
        const last = value.data[`c${coin}`]?.timeseriesData.at(-1);
        if (last === undefined) return [];
        const score = Math.max(-1, Math.min(1, last.value / SANTIMENT_FULL));
        const of = {
          source: 'santiment',
          coin,
          atMs: Math.min(nowMs, (timeOf(last.datetime) ?? nowMs) + STANDS_MS),
        };
        return [{ kind: 'mood', ...of, score, voices: 10 }];
      }),
    };
  };
}
