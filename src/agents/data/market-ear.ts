/** Takes the market's events from the venue and hands each to the parts that live on it. */
import type { Evaluation } from '#core/model/evaluation.ts';
import type { OrderBook, Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { MarketListener, StreamKind } from '#exchange/market-data.ts';
import { createConflater } from './conflater.ts';
import type { Conflater } from './conflater.ts';
import { createFeaturesDesk } from './features-desk.ts';
import type { PairLane } from './pair-lane.ts';
import { STREAM_KINDS } from './staleness.ts';
import type { Staleness } from './staleness.ts';
import type { TradeDesk } from './trade-desk.ts';
import type { Heard } from './watchdog.ts';

export interface MarketEar {
  readonly listener: MarketListener;
  readonly heard: Heard;
  readonly quotes: Conflater<Quote>;
  readonly books: Conflater<OrderBook>;
  /** The same close with what book and trades say. */
  enrich(evaluation: Evaluation): Evaluation;
  forget(pair: Pair): void;
}

export function createMarketEar(parts: {
  lanes: ReadonlyMap<Pair, PairLane>;
  trades: TradeDesk;
  timeframe: Timeframe;
  staleness: Staleness;
  now: () => number;
}): MarketEar {
  const { lanes, trades, staleness, now, timeframe } = parts;
  const books = createConflater<OrderBook>();
  const features = createFeaturesDesk({ timeframe, now, book: (pair) => books.get(pair) });
  const quotes = createConflater<Quote>();
  const eventMs = new Map<string, number>();

  function note(kind: StreamKind, pair: Pair, asOfMs?: number): void {
    const nowMs = now();
    eventMs.set(`${kind} ${pair}`, nowMs);
    staleness.event(kind, pair, nowMs, asOfMs);
  }

  const listener: MarketListener = {
    onCandle: (update) => {
      const lane = lanes.get(update.pair);
      if (lane === undefined) return;
      note('candle', update.pair, update.atMs);
      lane.candle(update);
    },
    onQuote: (quote) => {
      if (!lanes.has(quote.pair)) return;
      note('quote', quote.pair);
      quotes.put(quote);
    },
    onTrades: (all) => {
      // A socket may go on for a moment about a pair that has left.
      const batch = all.filter(({ pair }) => lanes.has(pair));
      for (const { pair, atMs } of batch) {
        note('trade', pair, atMs);
        lanes.get(pair)?.trade(atMs);
      }
      trades.accept(batch);
      features.trades(batch);
    },
    onBook: (book) => {
      if (!lanes.has(book.pair)) return;
      note('book', book.pair, book.atMs);
      books.put(book);
    },
    onGap: (stream, pairs) => staleness.lost(stream, pairs),
    onSubscribed: (stream, pairs) => {
      staleness.subscribed(stream, pairs, now());
      if (stream === 'candle') for (const pair of pairs) lanes.get(pair)?.resume();
    },
  };

  return {
    listener,
    quotes,
    books,
    enrich: (evaluation) => features.enrich(evaluation),
    forget: (pair) => {
      quotes.forget(pair);
      books.forget(pair);
      features.forget(pair);
      for (const kind of STREAM_KINDS) eventMs.delete(`${kind} ${pair}`);
    },
    heard: {
      quote: (pair) => quotes.get(pair),
      book: (pair) => books.get(pair),
      tradeId: (pair) => trades.lastId(pair),
      eventMs: (kind, pair) => eventMs.get(`${kind} ${pair}`) ?? 0,
    },
  };
}
