import { z } from 'zod';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import type { Candle } from '#core/model/candle.ts';
import { isSound } from './binance-events.ts';
import { methodOf } from './ccxt-client.ts';
import type { CcxtClient, CcxtMethod } from './ccxt-client.ts';
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
import type { MarketListener, MarketReads, MarketWatch, StreamKind } from './market-data.ts';
import type { VenueMetrics } from './metrics.ts';
import { startStreamLoop } from './stream-loop.ts';

/**
 * Streams of any ccxt venue through its unified watch methods, one per pair and kind; a kind the
 * venue has no stream for is read over REST again and again. A kline's end is never announced here:
 * the data agent sees it by the next candle or asks.
 */
export interface GenericStreamDeps {
  readonly client: CcxtClient;
  readonly reads: MarketReads;
  readonly now: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: VenueMetrics;
}

interface WatchOptions {
  readonly pairs: readonly Pair[];
  readonly timeframe: Timeframe;
  readonly listener: MarketListener;
}

const KINDS: readonly StreamKind[] = ['candle', 'quote', 'trade', 'book'];
const LEVELS = 20;
/** Without a stream: often enough to trade minutes on, little enough for any venue's limit. */
const POLL_MS = 2_000;

export function watchGeneric(deps: GenericStreamDeps, options: WatchOptions): MarketWatch {
  const { client, clock } = deps;
  const stop = new AbortController();
  let losses = 0;
  onSocketLost(client, () => {
    losses += 1;
  });

  function open(kind: StreamKind, pair: Pair): Followed {
    const left = new AbortController();
    const signal = AbortSignal.any([stop.signal, left.signal]);
    const once = deliverer({ deps, options, kind, pair, signal });
    const loop = startStreamLoop({
      ...deps,
      kind,
      pairs: [pair],
      watch: async () => {
        let lossesSeen = -1;
        while (!signal.aborted) {
          await once.run();
          loop.noteEvent();
          deps.metrics.events.inc({ stream: kind });
          // ccxt dials again without a word when a socket is lost between two watches.
          if (lossesSeen >= 0 && lossesSeen !== losses && !once.isPolled) {
            options.listener.onGap(kind, [pair], 'socket lost');
          }
          if (lossesSeen !== losses) options.listener.onSubscribed?.(kind, [pair]);
          lossesSeen = losses;
          if (once.isPolled) await clock.sleep(POLL_MS, signal);
        }
      },
      onGap: (cause) => options.listener.onGap(kind, [pair], cause),
    });
    return {
      pair,
      leave: async () => {
        left.abort();
        await loop.close();
        await unwatch(client, kind, pair);
      },
      close: () => loop.close(),
    };
  }

  let followed: readonly Followed[] = [];
  const follow = (pairs: readonly Pair[]): void => {
    const known = new Set(followed.map(({ pair }) => pair));
    const leaving = followed.filter(({ pair }) => !pairs.includes(pair));
    const joining = pairs.filter((pair) => !known.has(pair));
    followed = [
      ...followed.filter((one) => !leaving.includes(one)),
      ...KINDS.flatMap((kind) => joining.map((pair) => open(kind, pair))),
    ];
    for (const one of leaving) void one.leave();
  };
  follow(options.pairs);

  return {
    follow,
    restart: (kind, reason) => {
      deps.log.warn({ stream: kind, reason }, 'market streams restarted');
      // ccxt does not say which socket carries what on other venues: all are opened again.
      for (const socket of Object.values(client.clients)) socket.connection?.terminate?.();
    },
    close: async () => {
      stop.abort();
      await Promise.all(followed.map((one) => one.close()));
    },
  };
}

interface Followed {
  readonly pair: Pair;
  /** Ends this pair's stream alone. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** Where ccxt cannot, the venue goes on sending until the socket is dialled anew; nobody listens. */
async function unwatch(client: CcxtClient, kind: StreamKind, pair: Pair): Promise<void> {
  const name = watchName(client, kind).replace('watch', 'unWatch');
  if (client.has[name] !== true) return;
  const argument = name === 'unWatchBidsAsks' ? [pair] : pair;
  await methodOf(client, name)?.(argument).catch(() => undefined);
}

function onSocketLost(client: CcxtClient, onLost: () => void): void {
  const onClose = client.onClose.bind(client);
  client.onClose = (...args) => {
    onLost();
    onClose(...args);
  };
  const onError = client.onError.bind(client);
  client.onError = (...args) => {
    onLost();
    onError(...args);
  };
}

interface Delivery {
  readonly isPolled: boolean;
  /** Waits for the next news of the pair and hands it on. */
  run(): Promise<void>;
}

function deliverer(context: {
  deps: GenericStreamDeps;
  options: WatchOptions;
  kind: StreamKind;
  pair: Pair;
  signal: AbortSignal;
}): Delivery {
  const { deps, kind } = context;
  const name = watchName(deps.client, kind);
  const watch = methodOf(deps.client, name);
  if (watch === undefined || deps.client.has[name] !== true) {
    return { isPolled: true, run: () => poll(context) };
  }
  return { isPolled: false, run: () => watched(context, watch) };
}

function watchName(client: CcxtClient, kind: StreamKind): string {
  switch (kind) {
    case 'candle':
      return 'watchOHLCV';
    case 'quote':
      return client.has['watchBidsAsks'] === true ? 'watchBidsAsks' : 'watchTicker';
    case 'trade':
      return 'watchTrades';
    case 'book':
      return 'watchOrderBook';
  }
}

type Context = Parameters<typeof deliverer>[0];

async function watched(context: Context, watch: CcxtMethod): Promise<void> {
  const { kind, pair, options, deps } = context;
  const { listener, timeframe } = options;
  const nowMs = deps.now();
  switch (kind) {
    case 'candle': {
      const rows = GenericCandles.safeParse(await watch(pair, timeframe));
      if (!rows.success) return deps.metrics.badEvents.inc();
      for (const row of rows.data) emitCandle(context, candleOf(row));
      return;
    }
    case 'quote': {
      const quote = await watchedQuote(context, watch);
      if (quote !== undefined) return listener.onQuote(quote);
      // A ticker without bid and ask: the top of the book is asked for, at the pace of polling.
      for (const read of await deps.reads.quotes([pair], context.signal)) listener.onQuote(read);
      return deps.clock.sleep(POLL_MS, context.signal);
    }
    case 'trade': {
      const trades = GenericTrades.safeParse(await watch(pair));
      if (!trades.success) return deps.metrics.badEvents.inc();
      return listener.onTrades(tradesOf(pair, trades.data));
    }
    case 'book': {
      const book = GenericBook.safeParse(await watch(pair));
      if (!book.success) return deps.metrics.badEvents.inc();
      listener.onBook(bookOf(pair, book.data, { levels: LEVELS, nowMs }));
    }
  }
}

async function watchedQuote(context: Context, watch: CcxtMethod): Promise<Quote | undefined> {
  const { pair, deps } = context;
  const isBatch = watchName(deps.client, 'quote') === 'watchBidsAsks';
  const answer: unknown = await watch(isBatch ? [pair] : pair);
  const batch = z.record(z.string(), z.unknown()).safeParse(answer);
  const ticker = GenericTicker.safeParse(isBatch && batch.success ? batch.data[pair] : answer);
  if (!ticker.success) deps.metrics.badEvents.inc();
  return ticker.success ? quoteOf(pair, ticker.data, deps.now()) : undefined;
}

async function poll(context: Context): Promise<void> {
  const { kind, pair, options, deps, signal } = context;
  const { listener, timeframe } = options;
  switch (kind) {
    case 'candle': {
      // Only closed candles: the data agent knows them to be final by the next one, or asks.
      for (const candle of await deps.reads.candles({ pair, timeframe, limit: 3 }, signal)) {
        emitCandle(context, candle);
      }
      return;
    }
    case 'quote': {
      for (const quote of await deps.reads.quotes([pair], signal)) listener.onQuote(quote);
      return;
    }
    case 'trade':
      return listener.onTrades(await deps.reads.tradesSince({ pair, limit: 100 }, signal));
    case 'book':
      return listener.onBook(await deps.reads.orderBook(pair, LEVELS, signal));
  }
}

function emitCandle(context: Context, candle: Candle): void {
  const { pair, options, deps } = context;
  if (!isSound(candle)) return deps.metrics.badEvents.inc();
  options.listener.onCandle({
    pair,
    timeframe: options.timeframe,
    candle,
    isClosed: false,
    trades: candle.volume > 0 ? 1 : 0,
    receivedMs: deps.now(),
  });
}
