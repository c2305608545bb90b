import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import type { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import { createAsk } from './ask.ts';
import type { Question } from './ask.ts';
import { isSound } from './binance-events.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { VenueDecimal, VenueFloat, VenueInt } from './decimal.ts';
import type { DepthSnapshot } from './depth-book.ts';
import { garbledAnswer } from './errors.ts';
import { ExchangeInfo, instrumentOf } from './filters.ts';
import type { GuardedRead } from './guarded-reads.ts';
import type { CandleQuery, MarketReads } from './market-data.ts';
import { BinanceTickers, binanceTickers } from './market-tickers.ts';
import type { Symbols } from './symbols.ts';

/**
 * Reads of a Binance-shaped venue through ccxt's endpoint methods: they hand over the answer as it
 * came, with prices as text. Weights as in Binance's `rest-api.md` of 2026.
 */
export interface BinanceReads extends MarketReads {
  depthSnapshot(pair: Pair, signal?: AbortSignal): Promise<DepthSnapshot>;
}

const ServerTime = z.looseObject({ serverTime: VenueInt });
const KlineRow = z.tuple(
  [VenueInt, VenueFloat, VenueFloat, VenueFloat, VenueFloat, VenueFloat, VenueInt],
  z.unknown(),
);
const AggTradeRow = z.looseObject({
  a: VenueInt,
  p: VenueDecimal,
  q: VenueDecimal,
  T: VenueInt,
  m: z.boolean(),
});
const Level = z.tuple([VenueDecimal, VenueDecimal], z.unknown());
const Depth = z.looseObject({
  lastUpdateId: VenueInt,
  bids: z.array(Level),
  asks: z.array(Level),
});
const TopRow = z.looseObject({
  symbol: z.string(),
  bidPrice: VenueDecimal,
  bidQty: VenueDecimal,
  askPrice: VenueDecimal,
  askQty: VenueDecimal,
});

type Endpoint = Omit<Question, 'args'> & { readonly params?: Record<string, unknown> };
type AskEndpoint = <S extends z.ZodType>(call: Endpoint, schema: S) => Promise<z.output<S>>;

/** A book's 500 best levels a side: far more than is looked at, for half the weight of 1000. */
const SNAPSHOT_LEVELS = 500;

export function createBinanceReads(options: {
  client: CcxtClient;
  read: GuardedRead;
  symbols: () => Symbols;
  now: () => number;
}): BinanceReads {
  const { symbols, now } = options;
  const askVenue = createAsk(options.client, options.read);
  const ask: AskEndpoint = ({ params, ...call }, schema) =>
    askVenue({ ...call, args: [params ?? {}] }, schema);

  async function depth(...[pair, levels, signal, priority]: Parameters<MarketReads['orderBook']>) {
    const limit = [5, 10, 20, 50, 100, 500, 1000].find((size) => size >= levels) ?? 1000;
    const weight = limit <= 100 ? 5 : limit <= 500 ? 25 : 50;
    const params = { symbol: symbolIn(symbols(), pair), limit };
    const call = { name: 'depth', method: 'publicGetDepth', weight, params, signal, priority };
    return ask(call, Depth);
  }

  return {
    serverTimeMs: async (signal) => {
      const priority = 'reconcile';
      const call = { name: 'time', method: 'publicGetTime', weight: 1, priority, signal } as const;
      return (await ask(call, ServerTime)).serverTime;
    },

    instruments: async (pairs, signal, priority) => {
      const params = pairs === 'all' ? {} : { symbols: JSON.stringify(pairs.map(plainSymbol)) };
      const asked = { method: 'publicGetExchangeInfo', weight: 20, signal, priority };
      const call = { name: 'exchange-info', ...asked };
      const info = await ask({ ...call, params }, ExchangeInfo);
      return info.symbols.flatMap((symbol) => instrumentOf(symbol) ?? []);
    },

    candles: async (query, signal) => {
      const params = klineParams(query, symbols());
      // A question "since" fills a hole; one without reads history, which can wait.
      const priority = query.priority ?? (query.sinceMs === undefined ? 'prefetch' : 'reconcile');
      const asked = { method: 'publicGetKlines', weight: 2, priority, signal } as const;
      const call = { name: 'klines', ...asked };
      const rows = await ask({ ...call, params }, z.array(KlineRow));
      return closedCandles(rows, timeframeMs(query.timeframe), now());
    },

    tradesSince: async (query, signal) => {
      const params = tradeParams(query, symbols());
      const call = { name: 'agg-trades', method: 'publicGetAggTrades', weight: 4, params, signal };
      const rows = await ask(call, z.array(AggTradeRow));
      return rows.map((row) => publicTrade(query.pair, row));
    },

    orderBook: async (pair, levels, signal, priority): Promise<OrderBook> => {
      const book = await depth(pair, levels, signal, priority);
      return restBook(pair, book, { levels, nowMs: now() });
    },

    quotes: async (pairs, signal) => {
      const known = symbols();
      const params = { symbols: JSON.stringify(pairs.map((pair) => known.symbolOf(pair))) };
      const call = { name: 'book-ticker', method: 'publicGetTickerBookTicker', weight: 4, signal };
      const rows = await ask({ ...call, params }, z.array(TopRow));
      return rows.flatMap((row) => {
        const pair = known.pairOf(row.symbol);
        return pair === undefined ? [] : [restQuote(pair, row, now())];
      });
    },

    tickers: async (listed, { priority, signal } = {}) => {
      // All of the venue's at once weigh 80, as many as a hundred named ones and more.
      const call = { name: 'tickers', method: 'publicGetTicker24hr', weight: 80, priority, signal };
      return binanceTickers(await ask(call, BinanceTickers), listed);
    },

    depthSnapshot: async (pair, signal) =>
      restSnapshot(await depth(pair, SNAPSHOT_LEVELS, signal), now()),
  };
}

/** Before the venue's own spelling is known; all Binance-shaped venues join the two names. */
function plainSymbol(pair: Pair): string {
  return pair.replace('/', '');
}

/** Also of a pair that the desk does not follow: the venue says when there is none. */
function symbolIn(symbols: Symbols, pair: Pair): string {
  return symbols.has(pair) ? symbols.symbolOf(pair) : plainSymbol(pair);
}

function klineParams(query: CandleQuery, symbols: Symbols): Record<string, unknown> {
  return {
    symbol: symbolIn(symbols, query.pair),
    interval: query.timeframe,
    // One more than asked for: the forming candle comes with the rest and is dropped.
    limit: Math.min(query.limit + (query.sinceMs === undefined ? 1 : 0), 1000),
    ...(query.sinceMs === undefined ? {} : { startTime: query.sinceMs }),
  };
}

type TradeQuery = Parameters<MarketReads['tradesSince']>[0];
type Row = z.output<typeof KlineRow>;

/** A row that has a later one is over; the last is over when its period ended by our clock. */
function closedCandles(rows: readonly Row[], periodMs: number, nowMs: number): Candle[] {
  const closed = rows.filter((row, index) => index < rows.length - 1 || row[0] + periodMs <= nowMs);
  const candles = closed.map(([openMs, open, high, low, close, volume]): Candle => ({
    openMs,
    open,
    high,
    low,
    close,
    volume,
  }));
  if (!candles.every(isSound)) throw garbledAnswer('klines', undefined);
  return candles;
}

function publicTrade(pair: Pair, row: z.output<typeof AggTradeRow>): PublicTrade {
  return {
    pair,
    id: row.a,
    price: row.p,
    qty: row.q,
    takerSide: row.m ? 'sell' : 'buy',
    atMs: row.T,
  };
}

function restBook(
  pair: Pair,
  book: z.output<typeof Depth>,
  options: { levels: number; nowMs: number },
): OrderBook {
  const { levels, nowMs } = options;
  return {
    pair,
    bids: book.bids.slice(0, levels).map(([price, qty]) => [price, qty]),
    asks: book.asks.slice(0, levels).map(([price, qty]) => [price, qty]),
    updateId: book.lastUpdateId,
    atMs: nowMs,
    receivedMs: nowMs,
  };
}

function restSnapshot(book: z.output<typeof Depth>, nowMs: number): DepthSnapshot {
  return {
    lastUpdateId: book.lastUpdateId,
    bids: book.bids.map(([price, qty]) => [price, qty]),
    asks: book.asks.map(([price, qty]) => [price, qty]),
    atMs: nowMs,
    isComplete: Math.max(book.bids.length, book.asks.length) < SNAPSHOT_LEVELS,
  };
}

function tradeParams(query: TradeQuery, symbols: Symbols): Record<string, unknown> {
  const { pair, fromId, sinceMs, limit } = query;
  const common = { symbol: symbolIn(symbols, pair), limit: Math.min(limit, 1000) };
  if (fromId !== undefined) return { ...common, fromId };
  return sinceMs === undefined ? common : { ...common, startTime: sinceMs };
}

function restQuote(pair: Pair, row: z.output<typeof TopRow>, nowMs: number): Quote {
  return {
    pair,
    bid: row.bidPrice,
    bidQty: row.bidQty,
    ask: row.askPrice,
    askQty: row.askQty,
    atMs: nowMs,
    receivedMs: nowMs,
  };
}
