import type { OrderBook } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { backoffMs } from '#platform/backoff.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import type { DepthDiff } from './binance-events.ts';
import type { BinanceReads } from './binance-reads.ts';
import { createDepthBook } from './depth-book.ts';
import type { DepthBook } from './depth-book.ts';
import type { VenueMetrics } from './metrics.ts';

/** The order books of the watched pairs: feeds each with changes and fetches its snapshots. */
export interface BookKeeper {
  /** The stream of changes is subscribed: fetch snapshots. */
  start(pairs: readonly Pair[]): void;
  /** The stream is lost: nothing is known any more. */
  stop(pairs: readonly Pair[]): void;
  /** Nobody watches them any more. */
  forget(pairs: readonly Pair[]): void;
  diff(pair: Pair, diff: DepthDiff): void;
  close(): void;
}

interface Kept {
  readonly book: DepthBook;
  isStreaming: boolean;
  isFetching: boolean;
}

const LEVELS = 20;
const RETRY = { firstMs: 250, mostMs: 5_000 };

export function createBookKeeper(options: {
  reads: BinanceReads;
  now: () => number;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: VenueMetrics;
  onBook: (book: OrderBook) => void;
}): BookKeeper {
  const { reads, now, clock, random, log, metrics } = options;
  const kept = new Map<Pair, Kept>();
  const stop = new AbortController();

  function of(pair: Pair): Kept {
    const entry = kept.get(pair) ?? newKept();
    kept.set(pair, entry);
    return entry;
  }

  function publish(pair: Pair, book: DepthBook): void {
    const top = book.top(LEVELS);
    if (top !== undefined) options.onBook({ pair, ...top, receivedMs: now() });
  }

  async function fetch(pair: Pair, entry: Kept): Promise<void> {
    for (let tries = 0; entry.isStreaming && !stop.signal.aborted; tries += 1) {
      try {
        const snapshot = await reads.depthSnapshot(pair, stop.signal);
        if (entry.isStreaming && entry.book.snapshot(snapshot)) {
          publish(pair, entry.book);
          return;
        }
      } catch (error: unknown) {
        if (stop.signal.aborted) return;
        log.debug({ pair, cause: errorText(error) }, 'order book snapshot failed');
      }
      await clock.sleep(backoffMs(tries, random, RETRY), stop.signal).catch(() => undefined);
    }
  }

  function resync(pair: Pair, entry: Kept): void {
    if (entry.isFetching) return;
    entry.isFetching = true;
    void fetch(pair, entry).finally(() => {
      entry.isFetching = false;
    });
  }

  function setStreaming(pairs: readonly Pair[], isStreaming: boolean): void {
    for (const pair of pairs) {
      const entry = of(pair);
      entry.isStreaming = isStreaming;
      if (isStreaming) resync(pair, entry);
      else entry.book.reset();
    }
  }

  return {
    start: (pairs) => setStreaming(pairs, true),
    stop: (pairs) => setStreaming(pairs, false),
    forget: (pairs) => {
      setStreaming(pairs, false);
      for (const pair of pairs) kept.delete(pair);
    },
    diff: (pair, diff) => {
      const entry = of(pair);
      const result = entry.book.diff(diff);
      if (result === 'applied') publish(pair, entry.book);
      if (result === 'broken') {
        metrics.bookResyncs.inc();
        resync(pair, entry);
      }
    },
    close: () => stop.abort(),
  };
}

function newKept(): Kept {
  return { book: createDepthBook(), isStreaming: false, isFetching: false };
}
