import { z } from 'zod';
import type { Reading } from '#core/sentiment/stream/reading.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import type { SentimentSources } from './config.ts';
import { requiredKey } from './required-key.ts';
import type { SentimentSource } from './sentiment-source.ts';

const Coins = z.looseObject({
  data: z.array(
    z.looseObject({
      symbol: z.string(),
      sentiment: z.number().min(0).max(100).nullish(),
      interactions_24h: z.number().nonnegative().nullish(),
    }),
  ),
});

export function lunarcrush(
  source: HttpSource,
  config: SentimentSources['lunarcrush'],
): SentimentSource['read'] {
  return async (signal, nowMs) => {
    const { value } = await source.getJson('/api4/public/coins/list/v2', {
      schema: Coins,
      headers: { authorization: `Bearer ${requiredKey('lunarcrush', 'api_key', config.api_key)}` },
      signal,
    });
    return {
      readings: value.data.slice(0, 300).flatMap((coin): Reading[] => {
        const { sentiment, symbol } = coin;
        if (sentiment === null || sentiment === undefined || symbol.length > 20) return [];
        // A hundred times the interactions is twice the voices.
        const voices = Math.min(20, Math.log10(1 + (coin.interactions_24h ?? 0)) * 2);
        const of = { source: 'lunarcrush', coin: symbol.toUpperCase(), atMs: nowMs };
        return [{ kind: 'mood', ...of, score: sentiment / 50 - 1, voices }];
      }),
    };
  };
}
