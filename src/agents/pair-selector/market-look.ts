/** What the selector sees of the market: only what the desk shares, never the venue itself. */
import { candleKey } from '#cache/candle-key.ts';
import {
  ALL,
  candleHistory,
  depthSnapshot,
  marketTickers,
  venueInstruments,
} from '#cache/kinds.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { Candle } from '#core/model/candle.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { MarketTicker } from '#core/model/market-ticker.ts';
import type { OrderBook } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';

/** Throws TransientError when the data does not come, PermanentError when there is none. */
export interface MarketLook {
  tickers(): Promise<readonly MarketTicker[]>;
  instruments(): Promise<readonly Instrument[]>;
  candles(pair: Pair, timeframe: Timeframe, count: number): Promise<readonly Candle[]>;
  book(pair: Pair): Promise<OrderBook>;
}

export function lookThrough(
  cache: Pick<SharedCache, 'getOrLoad'>,
  options: { readonly waitMs: number; readonly signal: AbortSignal },
): MarketLook {
  return {
    tickers: () => cache.getOrLoad(marketTickers, ALL, options),
    instruments: () => cache.getOrLoad(venueInstruments, ALL, options),
    candles: (pair, timeframe, count) =>
      cache.getOrLoad(candleHistory, candleKey(pair, timeframe, count), options),
    book: (pair) => cache.getOrLoad(depthSnapshot, pair, options),
  };
}
