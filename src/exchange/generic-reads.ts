import { z } from 'zod';
import type { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import { PermanentError } from '#platform/errors.ts';
import { type Ask, createAsk } from './ask.ts';
import { isSound } from './binance-events.ts';
import { timeframesOf } from './ccxt-client.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { garbledAnswer } from './errors.ts';
import { genericInstrument } from './generic-instrument.ts';
import {
  bookOf,
  candleOf,
  GenericBook,
  GenericCandles,
  GenericTicker,
  GenericTrades,
  quoteOf,
  tradesOf,
} from './generic-shapes.ts';
import type { GuardedRead } from './guarded-reads.ts';
import type { MarketReads } from './market-data.ts';
import { GenericTickers, genericTickers } from './market-tickers.ts';

/** Reads of any other venue through ccxt's unified methods; see docs/venues.md for what differs. */
export function createGenericReads(options: {
  client: CcxtClient;
  read: GuardedRead;
  now: () => number;
}): MarketReads {
  const { client, now } = options;
  const ask = createAsk(client, options.read);

  async function quote(pair: Pair, signal?: AbortSignal): Promise<Quote | undefined> {
    const call = { name: 'ticker', method: 'fetchTicker', args: [pair], weight: 2, signal };
    return quoteOf(pair, await ask(call, GenericTicker), now());
  }

  const orderBook: MarketReads['orderBook'] = async (pair, levels, signal, priority) => {
    const asked = { method: 'fetchOrderBook', args: [pair], weight: 5, signal, priority };
    const call = { name: 'depth', ...asked };
    return bookOf(pair, await ask(call, GenericBook), { levels, nowMs: now() });
  };

  return {
    serverTimeMs: async (signal) => {
      if (client.has['fetchTime'] !== true) return Math.round(now());
      const call = { name: 'time', method: 'fetchTime', args: [], weight: 1, signal };
      return ask(call, z.int());
    },

    instruments: async (pairs, signal, priority) => {
      const asked = { method: 'loadMarkets', args: [true], weight: 20, signal, priority };
      const call = { name: 'markets', ...asked };
      const markets = await ask(call, z.record(z.string(), z.unknown()));
      const known = Object.values(markets).flatMap((market) => genericInstrument(market) ?? []);
      if (pairs === 'all') return known;
      const wanted = new Set(pairs);
      return known.filter(({ pair }) => wanted.has(pair));
    },

    candles: async ({ pair, timeframe, sinceMs, limit, priority }, signal) => {
      // ccxt would send it all the same, and what the venue then says looks like an outage.
      if (timeframesOf(client)?.includes(timeframe) === false) {
        throw new PermanentError('venue-not-supported', 'the venue has no candles of this length', {
          details: { timeframe },
        });
      }
      const args = [pair, timeframe, sinceMs, limit + 1];
      const call = { name: 'klines', method: 'fetchOHLCV', args, weight: 2, priority, signal };
      const rows = await ask(call, GenericCandles);
      const periodMs = timeframeMs(timeframe);
      const closed = rows.filter((row, i) => i < rows.length - 1 || row[0] + periodMs <= now());
      const candles = closed.map(candleOf);
      if (!candles.every(isSound)) throw garbledAnswer('klines', undefined);
      return candles;
    },

    tradesSince: async ({ pair, sinceMs, fromId, limit }, signal): Promise<PublicTrade[]> => {
      const args = [pair, sinceMs, limit];
      const call = { name: 'agg-trades', method: 'fetchTrades', args, weight: 4, signal };
      const trades = tradesOf(pair, await ask(call, GenericTrades));
      return fromId === undefined ? trades : trades.filter(({ id }) => id >= fromId);
    },

    orderBook,

    tickers: tickersWith(ask, now),

    quotes: async (pairs, signal) => {
      const found: Quote[] = [];
      for (const pair of pairs) {
        const known = await quote(pair, signal);
        // Many venues leave bid and ask out of their ticker: the top of the book says the same.
        if (known !== undefined) found.push(known);
        else found.push(...topOf(await orderBook(pair, 1, signal)));
      }
      return found;
    },
  };
}

function tickersWith(ask: Ask, now: () => number): MarketReads['tickers'] {
  return async (listed, { priority, signal } = {}) => {
    // Without names it is all of the venue's: some take no list, others a short one.
    const call = {
      name: 'tickers',
      method: 'fetchTickers',
      args: [],
      weight: 80,
      priority,
      signal,
    };
    return genericTickers(await ask(call, GenericTickers), { listed, nowMs: now() });
  };
}

function topOf(book: OrderBook): Quote[] {
  const [bid] = book.bids;
  const [ask] = book.asks;
  if (bid === undefined || ask === undefined) return [];
  const { pair, atMs, receivedMs } = book;
  return [{ pair, bid: bid[0], bidQty: bid[1], ask: ask[0], askQty: ask[1], atMs, receivedMs }];
}
