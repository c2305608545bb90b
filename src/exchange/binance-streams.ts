import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import { parseMarketEvent } from './binance-events.ts';
import type { DepthDiff, MarketEvent } from './binance-events.ts';
import { BinanceStream } from './binance-stream.ts';
import type { BinanceReads } from './binance-reads.ts';
import { createBookKeeper } from './book-keeper.ts';
import type { BookKeeper } from './book-keeper.ts';
import type { CcxtClient } from './ccxt-client.ts';
import type { MarketListener, MarketWatch, StreamKind } from './market-data.ts';
import type { VenueMetrics } from './metrics.ts';
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

const KINDS: readonly StreamKind[] = ['candle', 'quote', 'trade', 'book'];
/** ccxt allows 200 subscriptions a socket. */
const PAIRS_PER_SOCKET = 100;

export function watchBinance(deps: BinanceStreamDeps, options: WatchOptions): MarketWatch {
  const { client, metrics } = deps;
  const { listener } = options;
  const streams: BinanceStream[] = [];
  const books = createBookKeeper({ ...deps, onBook: (book) => listener.onBook(book) });
  const emit = emitter({ deps, options, books });
  const passOn = client.handleMessage.bind(client);
  let opened = 0;
  // The snapshot is ours: ccxt would fetch it past our weight budget.
  client.handleOrderBookSubscription = () => undefined;
  client.handleMessage = (socket, message) => {
    // A socket that was given up may still deliver what it had.
    if (client.clients[socket.url] !== socket) return;
    const stream = streams.find((candidate) => candidate.url() === socket.url);
    const event = parseMarketEvent(message);
    if (event === 'bad') metrics.badEvents.inc();
    else if (event === undefined) {
      if (stream?.answered(message) === true) return;
      if (isAcknowledgement(message)) stream?.heard();
      passOn(socket, message);
    } else if (stream !== undefined) {
      // An event without the confirmation before it is one as well.
      stream.heard();
      if (event.kind === 'shutdown') stream.drop();
      else emit(event);
    }
  };

  function open(kind: StreamKind, pairs: readonly Pair[]): void {
    opened += 1;
    const stream = new BinanceStream({
      ...deps,
      kind,
      pairs,
      timeframe: options.timeframe,
      socketName: String(opened),
      symbolOf: (pair) => deps.symbols().symbolOf(pair),
      onUp: (up) => {
        if (kind === 'book') books.start(up);
        listener.onSubscribed?.(kind, up);
      },
      onGap: (lost, cause) => {
        if (kind === 'book') books.stop(lost);
        listener.onGap(kind, lost, cause);
      },
    });
    streams.push(stream);
  }

  const follow = (pairs: readonly Pair[]): void => {
    const wanted = new Set(pairs);
    const left = new Set(streams.flatMap((stream) => keepOnly(stream, wanted)));
    books.forget([...left]);
    for (const stream of streams.filter((one) => one.pairs().size === 0)) {
      // A socket that carries nothing any more is closed.
      streams.splice(streams.indexOf(stream), 1);
      void stream.close();
    }
    for (const kind of KINDS) {
      for (const part of addTo(streams, kind, pairs)) open(kind, part);
    }
  };
  follow(options.pairs);

  return {
    follow,
    restart: (kind, reason) => {
      deps.log.warn({ stream: kind, reason }, 'market stream restarted');
      for (const stream of streams) if (stream.kind === kind) stream.drop();
    },
    close: async () => {
      books.close();
      await Promise.all(streams.map((stream) => stream.close()));
    },
  };
}

/** Returns the pairs that left. */
function keepOnly(stream: BinanceStream, wanted: ReadonlySet<Pair>): readonly Pair[] {
  const leaving = [...stream.pairs()].filter((pair) => !wanted.has(pair));
  if (leaving.length > 0) stream.remove(leaving);
  return leaving;
}

/** Puts pairs of one kind on sockets that have room; returns those that need sockets of their own. */
function addTo(
  streams: readonly BinanceStream[],
  kind: StreamKind,
  pairs: readonly Pair[],
): Pair[][] {
  const open = streams.filter((stream) => stream.kind === kind);
  let missing = pairs.filter((pair) => !open.some((stream) => stream.pairs().has(pair)));
  for (const stream of open) {
    const room = PAIRS_PER_SOCKET - stream.pairs().size;
    const joining = missing.slice(0, Math.max(0, room));
    if (joining.length > 0) stream.add(joining);
    missing = missing.slice(joining.length);
  }
  return chunks(missing, PAIRS_PER_SOCKET);
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
