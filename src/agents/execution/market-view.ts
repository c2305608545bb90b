import type { DecimalText } from '#core/model/decimal-text.ts';
import type { FeedStatus } from '#core/model/feed-status.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';

/** The latest the desk knows about each pair's market. */
export class MarketView {
  readonly #quotes = new Map<Pair, Quote>();
  readonly #feeds = new Map<Pair, FeedStatus>();
  readonly #instruments = new Map<Pair, Instrument>();
  readonly #staleAfterMs: number;

  constructor(staleAfterMs: number) {
    this.#staleAfterMs = staleAfterMs;
  }

  setInstrument(instrument: Instrument): void {
    this.#instruments.set(instrument.pair, instrument);
  }

  setFeed(feed: FeedStatus): void {
    this.#feeds.set(feed.pair, feed);
  }

  setQuote(quote: Quote): void {
    this.#quotes.set(quote.pair, quote);
  }

  instrument(pair: Pair): Instrument | undefined {
    return this.#instruments.get(pair);
  }

  quote(pair: Pair): Quote | undefined {
    return this.#quotes.get(pair);
  }

  /** Last time the pair was known to be current; the feed may know it without a new price. */
  freshMs(pair: Pair): number | undefined {
    const quoteMs = this.#quotes.get(pair)?.receivedMs;
    const feedMs = this.#feeds.get(pair)?.freshMs;
    if (quoteMs === undefined) return undefined;
    return feedMs === undefined ? quoteMs : Math.max(quoteMs, feedMs);
  }

  isFresh(pair: Pair, nowMs: number): boolean {
    const freshMs = this.freshMs(pair);
    return freshMs !== undefined && nowMs - freshMs <= this.#staleAfterMs;
  }

  /** Best bid, or nothing when it may be old. */
  bid(pair: Pair, nowMs: number): DecimalText | undefined {
    return this.isFresh(pair, nowMs) ? this.#quotes.get(pair)?.bid : undefined;
  }

  /** True when every feed says that the recorded data is over. */
  hasEnded(): boolean {
    return (
      this.#feeds.size > 0 && [...this.#feeds.values()].every(({ state }) => state === 'ended')
    );
  }
}
