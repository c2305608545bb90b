import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { Clock, Timer } from '#platform/clock/clock.ts';
import { PermanentError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import { parseMarketEvent } from './binance-events.ts';
import type { DepthDiff, MarketEvent } from './binance-events.ts';
import type { BinanceReads } from './binance-reads.ts';
import { createBookKeeper } from './book-keeper.ts';
import type { BookKeeper } from './book-keeper.ts';
import { methodOf } from './ccxt-client.ts';
import type { CcxtClient, CcxtSocket } from './ccxt-client.ts';
import type { MarketListener, MarketWatch, StreamKind } from './market-data.ts';
import type { VenueMetrics } from './metrics.ts';
import { startStreamLoop } from './stream-loop.ts';
import type { StreamLoop } from './stream-loop.ts';
import type { Symbols } from './symbols.ts';

/**
 * Streams of a Binance-shaped venue. ccxt keeps sockets and subscriptions; messages are taken from
 * it raw, before its own handlers, so that its caches stay empty and a pending watch settles only
 * when the socket is lost. One socket per kind and hundred pairs, so a mute kind can be restarted
 * without touching the others.
 */
export interface BinanceStreamDeps {
  readonly client: CcxtClient;
  readonly reads: BinanceReads;
  readonly symbols: () => Symbols;
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

interface Stream {
  readonly loop: StreamLoop;
  /** Of the socket it is on; ccxt gives each kind its own. */
  readonly url: () => string | undefined;
  /** The venue has taken the subscription. True the first time on each socket. */
  readonly cameUp: () => boolean;
}

const KINDS: readonly StreamKind[] = ['candle', 'quote', 'trade', 'book'];
/** ccxt allows 200 subscriptions a socket. */
const PAIRS_PER_SOCKET = 100;
/** A socket on which the venue neither confirms nor sends anything is given up after this. */
const SUBSCRIBED_WITHIN_MS = 5_000;

export function watchBinance(deps: BinanceStreamDeps, options: WatchOptions): MarketWatch {
  const { client, metrics } = deps;
  const { listener } = options;
  const streams: Stream[] = [];
  const books = createBookKeeper({ ...deps, onBook: (book) => listener.onBook(book) });
  const emit = emitter({ deps, options, books });
  const passOn = client.handleMessage.bind(client);
  const dialled = noteDialledUrl(client);
  // The snapshot is ours: ccxt would fetch it past our weight budget.
  client.handleOrderBookSubscription = () => undefined;
  client.handleMessage = (socket, message) => {
    // A socket that was given up may still deliver what it had.
    if (client.clients[socket.url] !== socket) return;
    const stream = streams.find((candidate) => candidate.url() === socket.url);
    const event = parseMarketEvent(message);
    if (event === 'bad') metrics.badEvents.inc();
    else if (event === undefined) {
      if (stream !== undefined && isAcknowledgement(message)) noteUp(stream);
      passOn(socket, message);
    } else if (stream !== undefined) {
      // An event without the confirmation before it is one as well.
      noteUp(stream);
      if (event.kind === 'shutdown') drop(socket);
      else emit(event);
    }
  };

  function noteUp(stream: Stream): void {
    stream.loop.noteEvent();
    if (!stream.cameUp()) return;
    if (stream.loop.kind === 'book') books.start(stream.loop.pairs);
    listener.onSubscribed?.(stream.loop.kind, stream.loop.pairs);
  }

  function open(kind: StreamKind, pairs: readonly Pair[]): Stream {
    let url: string | undefined;
    const confirmation = awaitConfirmation(deps.clock, () => {
      if (url !== undefined) drop(client.clients[url]);
    });
    const loop = startStreamLoop({
      ...deps,
      kind,
      pairs,
      watch: () => {
        const pending = subscribe(client, kind, pairs, options.timeframe);
        url = dialled.url;
        confirmation.begin();
        return pending;
      },
      onGap: (cause) => {
        confirmation.end();
        if (kind === 'book') books.stop(pairs);
        listener.onGap(kind, pairs, cause);
      },
    });
    return { loop, url: () => url, cameUp: confirmation.end };
  }

  for (const kind of KINDS) {
    for (const pairs of chunks(options.pairs, PAIRS_PER_SOCKET)) streams.push(open(kind, pairs));
  }

  return {
    restart: (kind, reason) => {
      deps.log.warn({ stream: kind, reason }, 'market stream restarted');
      for (const stream of streams) {
        const url = stream.url();
        if (stream.loop.kind === kind && url !== undefined) drop(client.clients[url]);
      }
    },
    close: async () => {
      books.close();
      await Promise.all(streams.map((stream) => stream.loop.close()));
    },
  };
}

/** Calls `giveUp` when a subscription is not confirmed in time. `end` is true while it is awaited. */
function awaitConfirmation(clock: Clock, giveUp: () => void) {
  let timer: Timer | undefined;
  const end = (): boolean => {
    const wasAwaited = timer !== undefined;
    timer?.cancel();
    timer = undefined;
    return wasAwaited;
  };
  return {
    begin: () => {
      timer?.cancel();
      timer = clock.after(SUBSCRIBED_WITHIN_MS, giveUp, { unref: true });
    },
    end,
  };
}

/** ccxt chooses the socket of a subscription while the watch call runs. */
function noteDialledUrl(client: CcxtClient): { url: string | undefined } {
  const watchMultiple = client.watchMultiple.bind(client);
  const dialled: { url: string | undefined } = { url: undefined };
  client.watchMultiple = (url, ...rest) => {
    dialled.url = url;
    return watchMultiple(url, ...rest);
  };
  return dialled;
}

/** Ends the socket at once; the pending watch rejects and the loop opens a new one. */
function drop(socket: CcxtSocket | undefined): void {
  socket?.connection?.terminate?.();
}

function emitter(context: {
  deps: BinanceStreamDeps;
  options: WatchOptions;
  books: BookKeeper;
}): (event: Exclude<MarketEvent, { kind: 'shutdown' }>) => void {
  const { deps, options, books } = context;
  const { listener, timeframe } = options;
  return (event) => {
    const pair = deps.symbols().pairOf(event.symbol);
    if (pair === undefined) return;
    deps.metrics.events.inc({ stream: event.kind });
    const receivedMs = deps.now();
    const atMs = sentMs(event);
    if (atMs !== undefined) {
      deps.metrics.delaySeconds.set({ stream: event.kind }, (receivedMs - atMs) / 1_000);
    }
    switch (event.kind) {
      case 'candle': {
        if (event.interval !== timeframe) return;
        const { candle, isClosed, trades, atMs: candleMs } = event;
        const update = { pair, timeframe, candle, isClosed, trades, atMs: candleMs, receivedMs };
        listener.onCandle(update);
        return;
      }
      case 'trade': {
        const { a, p, q, T, m } = event.trade;
        const takerSide = m ? 'sell' : 'buy';
        listener.onTrades([{ pair, id: a, price: p, qty: q, takerSide, atMs: T }]);
        return;
      }
      case 'quote': {
        const { b, B, a, A } = event.top;
        listener.onQuote({
          pair,
          bid: b,
          bidQty: B,
          ask: a,
          askQty: A,
          atMs: receivedMs,
          receivedMs,
        });
        return;
      }
      case 'book':
        books.diff(pair, event.diff satisfies DepthDiff);
    }
  };
}

/** Quotes come without a time. */
function sentMs(event: Exclude<MarketEvent, { kind: 'shutdown' }>): number | undefined {
  switch (event.kind) {
    case 'candle':
      return event.atMs;
    case 'trade':
      return event.trade.T;
    case 'book':
      return event.diff.E;
    case 'quote':
      return undefined;
  }
}

function subscribe(
  client: CcxtClient,
  kind: StreamKind,
  pairs: readonly Pair[],
  timeframe: Timeframe,
): Promise<unknown> {
  const call = (name: string, ...args: unknown[]): Promise<unknown> => {
    const method = methodOf(client, name);
    if (method !== undefined) return method(...args);
    return Promise.reject(new PermanentError('venue-not-supported', `ccxt has no ${name} here`));
  };
  switch (kind) {
    case 'candle':
      return call(
        'watchOHLCVForSymbols',
        pairs.map((pair) => [pair, timeframe]),
      );
    case 'quote':
      return call('watchBidsAsks', [...pairs]);
    case 'trade':
      return call('watchTradesForSymbols', [...pairs], undefined, undefined, { name: 'aggTrade' });
    case 'book':
      return call('watchOrderBookForSymbols', [...pairs]);
  }
}

function isAcknowledgement(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'id' in message &&
    'result' in message &&
    message.result === null
  );
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts;
}
