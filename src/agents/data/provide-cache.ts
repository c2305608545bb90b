/** The data agent's part of the shared cache: it alone asks the venue, for whoever wants to know. */
import {
  ALL,
  candleHistory,
  depthSnapshot,
  marketTickers,
  venueInstruments,
} from '#cache/kinds.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import { Pair } from '#core/model/pair.ts';
import type { MarketReads } from '#exchange/market-data.ts';
import { PermanentError } from '#platform/errors.ts';
import { candlesFor, type CandleSources } from './cached-candles.ts';

const BOOK_LEVELS = 100;

export function provideCache(options: {
  readonly cache: Pick<SharedCache, 'provide' | 'getOrLoad'>;
  readonly reads: MarketReads;
  readonly quoteAsset: string;
  readonly kept: CandleSources['kept'];
  readonly now: () => number;
}): void {
  const { cache, reads, quoteAsset } = options;

  cache.provide(venueInstruments, async (key, { signal, priority }) => {
    onlyAll(key);
    return (await reads.instruments('all', signal, priority)).filter(
      ({ quote }) => quote === quoteAsset,
    );
  });
  cache.provide(marketTickers, async (key, { signal, priority }) => {
    onlyAll(key);
    const listed = await cache.getOrLoad(venueInstruments, ALL, { signal });
    return reads.tickers(listed, { priority, signal });
  });
  cache.provide(candleHistory, (key, { signal }) => candlesFor(options, key, signal));
  cache.provide(depthSnapshot, (key, { signal, priority }) =>
    reads.orderBook(pairOf(key), BOOK_LEVELS, signal, priority),
  );
}

function onlyAll(key: string): void {
  if (key !== ALL)
    throw new PermanentError('cache-key', 'there is one list of all', { details: { key } });
}

function pairOf(key: string): Pair {
  const pair = Pair.safeParse(key);
  if (!pair.success) throw new PermanentError('cache-key', 'no pair', { details: { key } });
  return pair.data;
}
