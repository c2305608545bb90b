import type { Candle } from '#core/model/candle.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { MarketTicker } from '#core/model/market-ticker.ts';
import type { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { VenueClock } from '#platform/clock/venue-clock.ts';
import type { Priority } from './budget.ts';
import type { ListedPair } from './market-tickers.ts';

/** A kline event: the forming candle, or its final form when the venue says it is closed. */
export interface CandleUpdate {
  readonly pair: Pair;
  readonly timeframe: Timeframe;
  readonly candle: Candle;
  readonly isClosed: boolean;
  readonly trades: number;
  /** When the venue sent it, where it says so. */
  readonly atMs?: number;
  readonly receivedMs: number;
}

export interface CandleQuery {
  readonly pair: Pair;
  readonly timeframe: Timeframe;
  readonly sinceMs?: number;
  readonly limit: number;
  /** Unless said: of a hole that has to be filled, or of history. */
  readonly priority?: Priority;
}

/** Reads over REST. Throws TransientError (with `retryAfterMs` in details) or PermanentError. */
export interface MarketReads {
  serverTimeMs(signal?: AbortSignal): Promise<number>;
  instruments(
    pairs: readonly Pair[] | 'all',
    signal?: AbortSignal,
    priority?: Priority,
  ): Promise<readonly Instrument[]>;
  /** Oldest first; the forming candle is left out. */
  candles(query: CandleQuery, signal?: AbortSignal): Promise<readonly Candle[]>;
  /** Trades with rising ids, from `fromId` or from a time. */
  tradesSince(
    query: { pair: Pair; fromId?: number; sinceMs?: number; limit: number },
    signal?: AbortSignal,
  ): Promise<readonly PublicTrade[]>;
  orderBook(
    pair: Pair,
    levels: number,
    signal?: AbortSignal,
    priority?: Priority,
  ): Promise<OrderBook>;
  quotes(pairs: readonly Pair[], signal?: AbortSignal): Promise<readonly Quote[]>;
  /** Of the last 24 hours, of all these pairs in one call; a pair without figures is left out. */
  tickers(
    listed: readonly ListedPair[],
    options?: { readonly priority?: Priority; readonly signal?: AbortSignal },
  ): Promise<readonly MarketTicker[]>;
}

/** What a stream calls; events of one kind and pair come in order. */
export interface MarketListener {
  onCandle(update: CandleUpdate): void;
  onQuote(quote: Quote): void;
  onTrades(trades: readonly PublicTrade[]): void;
  onBook(book: OrderBook): void;
  /** The socket of a stream was lost; it reconnects by itself. */
  onGap(stream: StreamKind, pairs: readonly Pair[], cause: string): void;
  /** The venue has taken the subscription: from now on nothing of this stream is missed. */
  onSubscribed?(stream: StreamKind, pairs: readonly Pair[]): void;
}

export type StreamKind = 'candle' | 'quote' | 'trade' | 'book';

/** A venue for market data. One instance per process; `close` ends its sockets. */
export interface MarketVenue {
  readonly id: string;
  readonly reads: MarketReads;
  /** The venue's time; the owner keeps it true with `keepVenueClock`. */
  readonly clock: VenueClock;
  /**
   * True where trade ids follow one another and a candle is pushed within two seconds of a trade
   * (Binance-shaped): holes and mute streams can be told from the data.
   */
  readonly isExact: boolean;
  /** The pairs in use: those it was opened for, and those it has learnt since. */
  readonly instruments: readonly Instrument[];
  /** Reads the rules of pairs that join, and returns them; a pair that the venue has not is left out. */
  learn(pairs: readonly Pair[], signal?: AbortSignal): Promise<readonly Instrument[]>;
  /** Drops pairs that nobody watches any more. */
  forget(pairs: readonly Pair[]): void;
  /** Watches until closed; reconnects with backoff. */
  watch(options: {
    pairs: readonly Pair[];
    timeframe: Timeframe;
    listener: MarketListener;
  }): MarketWatch;
  close(): Promise<void>;
}

export interface MarketWatch {
  /**
   * Watches these pairs from now on, which the venue has learnt. The streams of those that stay are
   * not touched; those that join are announced by `onSubscribed`.
   */
  follow(pairs: readonly Pair[]): void;
  /** Drops and re-opens the socket of a stream that looks mute. */
  restart(stream: StreamKind, reason: string): void;
  close(): Promise<void>;
}
