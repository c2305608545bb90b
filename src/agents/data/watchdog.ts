/**
 * Finds streams that are up and say nothing. A suspicion is checked over REST: when the venue has
 * something the stream should have told by then, the stream is opened again; when it has not, the
 * silence is confirmed. Without an answer nothing is known and the data age.
 */
import type { OrderBook, Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { MarketReads, MarketWatch, StreamKind } from '#exchange/market-data.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { DataMetrics } from './metrics.ts';
import { STREAM_KINDS } from './staleness.ts';
import type { Staleness } from './staleness.ts';

export interface Watchdog {
  tick(): void;
  /** The last question to the venue stayed without an answer. */
  isVenueSilent(): boolean;
}

/** What the streams said last. */
export interface Heard {
  quote(pair: Pair): Quote | undefined;
  book(pair: Pair): OrderBook | undefined;
  tradeId(pair: Pair): number;
  /** When the last event of this kind and pair came. */
  eventMs(kind: StreamKind, pair: Pair): number;
}

export interface WatchdogOptions {
  readonly staleness: Staleness;
  readonly heard: Heard;
  readonly reads: Pick<MarketReads, 'quotes' | 'orderBook' | 'tradesSince'>;
  readonly watch: Pick<MarketWatch, 'restart'>;
  /** What REST said in place of a stream that has not spoken yet. */
  readonly onQuote: (quote: Quote) => void;
  /** See MarketVenue.isExact. */
  readonly isExact: boolean;
  readonly timeframe: Timeframe;
  readonly muteAfterMs: () => number;
  readonly now: () => number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: DataMetrics;
  readonly signal: AbortSignal;
  readonly background: (name: string, work: Promise<unknown>) => void;
}

/** What REST had may be on its way: the stream has this long to say it too. */
const ARRIVAL_MS = 300;
/** Binance pushes a changed candle each second on 1s, each two seconds on longer ones. */
const CANDLE_PUSH_MS = 2_000;
const SECOND_CANDLE_PUSH_MS = 1_000;
const CANDLE_AGAIN_MS = 300;

export function createWatchdog(options: WatchdogOptions): Watchdog {
  const { staleness, heard, now, metrics } = options;
  const checking = new Set<StreamKind>();
  let isVenueSilent = false;

  async function check(kind: StreamKind, pair: Pair): Promise<void> {
    const askedMs = now();
    staleness.checked(kind, pair, askedMs);
    let outcome = 'confirmed';
    try {
      const news = await newsOf(kind, pair, options);
      isVenueSilent = false;
      // Whether a candle stream is mute shows only some time after a trade: asked again soon.
      if (kind === 'candle') {
        staleness.checked(kind, pair, askedMs - options.muteAfterMs() + CANDLE_AGAIN_MS);
      }
      if (news === 'unclear') outcome = 'unclear';
      else if (news === 'some') {
        await options.clock.sleep(ARRIVAL_MS, options.signal);
        outcome = heard.eventMs(kind, pair) >= askedMs ? 'late' : 'mute';
      }
    } catch (error: unknown) {
      if (options.signal.aborted) return;
      isVenueSilent = true;
      outcome = 'unanswered';
      options.log.debug({ stream: kind, pair, cause: errorText(error) }, 'stream not checked');
    } finally {
      metrics.checks.inc({ stream: kind, outcome });
    }
    if (outcome === 'confirmed') staleness.confirmed(kind, pair, askedMs);
    if (outcome === 'mute') options.watch.restart(kind, `mute for ${pair}`);
  }

  function consider(kind: StreamKind): void {
    if (checking.has(kind)) return;
    const suspicion = staleness.suspect(kind, now());
    if (suspicion === undefined) return;
    checking.add(kind);
    const work = check(kind, suspicion.pair).finally(() => checking.delete(kind));
    options.background('stream check', work);
  }

  return {
    tick: () => {
      for (const kind of STREAM_KINDS) consider(kind);
    },
    isVenueSilent: () => isVenueSilent,
  };
}

type News = 'none' | 'some' | 'unclear';

/**
 * Whether the venue has something newer than the stream told. A stream owes only what comes after it
 * was opened, so one that has not spoken yet cannot be compared with what was there before.
 */
function newsOf(kind: StreamKind, pair: Pair, options: WatchdogOptions): Promise<News> {
  switch (kind) {
    case 'quote':
      return quoteNews(pair, options);
    case 'book':
      return bookNews(pair, options);
    case 'trade':
      return tradeNews(pair, options);
    case 'candle':
      // How often other venues push candles is not known; a missed close is asked for anyway.
      return options.isExact ? candleNews(pair, options) : Promise.resolve('none');
  }
}

async function quoteNews(pair: Pair, options: WatchdogOptions): Promise<News> {
  const { heard, reads, signal, staleness, onQuote } = options;
  const [quote] = await reads.quotes([pair], signal);
  if (quote === undefined) return 'none';
  const known = heard.quote(pair);
  if (receiptMs(known) < staleness.upMs('quote', pair)) {
    // Told only when it changes: it begins with this one.
    onQuote(quote);
    return 'none';
  }
  return isOther(topOfQuote(quote), topOfQuote(known)) ? 'some' : 'none';
}

async function bookNews(pair: Pair, options: WatchdogOptions): Promise<News> {
  const { heard, reads, signal, staleness } = options;
  const book = await reads.orderBook(pair, 5, signal);
  const known = heard.book(pair);
  const isUntold = receiptMs(known) < staleness.upMs('book', pair);
  // The changes wait for their snapshot, which is asked for until it comes.
  if (options.isExact && isUntold) return 'unclear';
  return isOther(topOfBook(book), topOfBook(known)) ? 'some' : 'none';
}

async function tradeNews(pair: Pair, options: WatchdogOptions): Promise<News> {
  const { heard, reads, signal, staleness } = options;
  const trade = (await reads.tradesSince({ pair, limit: 1 }, signal)).at(-1);
  if (trade === undefined || trade.id <= heard.tradeId(pair)) return 'none';
  // The hole in the ids brings what traded before the stream was open.
  return trade.atMs > staleness.upMs('trade', pair) ? 'some' : 'none';
}

/** A trade changes the candle, and the change is pushed: the first one since the last push tells. */
async function candleNews(pair: Pair, options: WatchdogOptions): Promise<News> {
  const { heard, reads, signal, staleness, now, timeframe } = options;
  const sinceMs = Math.max(heard.eventMs('candle', pair), staleness.upMs('candle', pair)) + 1;
  const [trade] = await reads.tradesSince({ pair, sinceMs, limit: 1 }, signal);
  if (trade === undefined) return 'none';
  const pushMs = timeframe === '1s' ? SECOND_CANDLE_PUSH_MS : CANDLE_PUSH_MS;
  return now() - trade.atMs > pushMs ? 'some' : 'unclear';
}

function receiptMs(told: Quote | OrderBook | undefined): number {
  return told?.receivedMs ?? 0;
}

type Top = readonly (string | undefined)[];

function topOfQuote(quote: Quote | undefined): Top {
  return [quote?.bid, quote?.bidQty, quote?.ask, quote?.askQty];
}

function topOfBook(book: OrderBook | undefined): Top {
  return [book?.bids[0]?.[0], book?.bids[0]?.[1], book?.asks[0]?.[0], book?.asks[0]?.[1]];
}

function isOther(a: Top, b: Top): boolean {
  return a.some((value, index) => Number(value) !== Number(b[index]));
}
