/** Everything the processes of a desk share through the cache. */
import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import { Instrument } from '#core/model/instrument.ts';
import { MarketTicker } from '#core/model/market-ticker.ts';
import { OrderBook } from '#core/model/market.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import { parseCandleKey } from './candle-key.ts';
import { defineKind, type Kind } from './kind.ts';
import { CANDLE_HEAP_BYTES, decodeSeries, encodeSeries } from './series-codec.ts';

/** The one key of a kind that is a single list. */
export const ALL = 'all';

/** 24-hour tickers of all pairs of the quote asset. */
export const marketTickers = defineKind<readonly MarketTicker[]>({
  name: 'marketTickers',
  version: 1,
  schema: z.array(MarketTicker).max(10_000).readonly(),
  ttlMs: { min: 5_000, max: 60_000 },
  staleMs: 30_000,
  negativeTtlMs: 30_000,
  priority: 'data',
  weight: 80,
});

/** Trading rules of every pair of the venue, whatever it is priced in. */
export const venueInstruments = defineKind<readonly Instrument[]>({
  name: 'venueInstruments',
  version: 1,
  schema: z.array(Instrument).max(20_000).readonly(),
  // What the data agent follows is told at once; that a pair it left trades again is seen so late.
  ttlMs: { min: 60_000, max: 600_000 },
  staleMs: 60_000,
  negativeTtlMs: 60_000,
  priority: 'data',
  weight: 20,
});

/** Closed candles of any pair of the venue, oldest first. Outdated when the next one closes. */
export const candleHistory = defineKind<readonly Candle[]>({
  name: 'candleHistory',
  version: 1,
  codec: {
    encode: (candles, key) => encodeSeries({ ...parseCandleKey(key), candles }, false),
    decode: (body, key) => {
      const decoded = decodeSeries(body);
      if (decoded.kind === 'invalid') throw new Error(decoded.reason);
      const { pair, timeframe, candles } = decoded.series;
      const wanted = parseCandleKey(key);
      if (pair !== wanted.pair || timeframe !== wanted.timeframe) throw new Error('another series');
      return candles;
    },
    // Six columns of eight bytes there; here an object each.
    heapBytes: (bodyBytes) => Math.ceil(bodyBytes / 48) * CANDLE_HEAP_BYTES,
  },
  ttlMs: { min: 5_000, max: 86_400_000 },
  // Whoever asks after a close wants the candle that closed.
  staleMs: 0,
  negativeTtlMs: 300_000,
  priority: 'prefetch',
  weight: 2,
  candleMs: (key) => timeframeMs(parseCandleKey(key).timeframe),
  validForMs: (key, candles, nowMs) => {
    const periodMs = timeframeMs(parseCandleKey(key).timeframe);
    const last = candles.at(-1);
    const leftMs = last === undefined ? 0 : last.openMs + 2 * periodMs - nowMs;
    // Its newest candle is missing still, or nobody traded: it may come at any time.
    return leftMs > 0 ? leftMs : Math.min(60_000, periodMs / 20);
  },
});

/** The 100 best levels a side of a pair's book. */
export const depthSnapshot = defineKind<OrderBook>({
  name: 'depthSnapshot',
  version: 1,
  schema: OrderBook,
  ttlMs: { min: 1_000, max: 15_000 },
  staleMs: 10_000,
  negativeTtlMs: 60_000,
  priority: 'data',
  weight: 5,
});

export const KINDS: readonly Kind<unknown>[] = [
  marketTickers,
  venueInstruments,
  candleHistory,
  depthSnapshot,
];
