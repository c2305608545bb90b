import { z } from 'zod';
import { MARKET } from '#core/model/sentiment.ts';
import type { Reading } from '#core/sentiment/stream/reading.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import type { SentimentSources } from './config.ts';
import { listOf } from './list-of.ts';
import { requiredKey } from './required-key.ts';
import type { SentimentSource } from './sentiment-source.ts';

/** Fewer than the book of moods has room for: texts bring coins too. */
const COINS_MAX = 150;

const Coins = z.looseObject({
  data: listOf(
    z.looseObject({
      symbol: z.string(),
      sentiment: z.number().min(0).max(100).nullish(),
      interactions_24h: z.number().nonnegative().nullish(),
    }),
    20_000,
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
    return { readings: moodsOf(value.data, nowMs) };
  };
}

/** Many coins share a ticker; the list begins with the largest, which is the one that is meant. */
function moodsOf(coins: z.output<typeof Coins>['data'], nowMs: number): readonly Reading[] {
  const moods = new Map<string, Reading>();
  for (const { sentiment, symbol, interactions_24h: interactions } of coins) {
    const coin = symbol.toUpperCase();
    if (moods.size >= COINS_MAX) break;
    if (sentiment === null || sentiment === undefined || moods.has(coin)) continue;
    if (!/^[A-Z0-9]{1,15}$/.test(coin) || coin === MARKET) continue;
    // A hundred times the interactions is twice the voices.
    const voices = Math.min(20, Math.log10(1 + (interactions ?? 0)) * 2);
    const score = sentiment / 50 - 1;
    moods.set(coin, { kind: 'mood', source: 'lunarcrush', coin, atMs: nowMs, score, voices });
  }
  return [...moods.values()];
}
