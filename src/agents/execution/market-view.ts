import type { DecimalText } from '#core/model/decimal-text.ts';
import type { FeedStatus } from '#core/model/feed-status.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { isOutdated, type PairStanding, standingIn, type Universe } from '#core/model/universe.ts';
import type { RiskState } from '#core/model/risk-state.ts';
import { gateRisk } from '#core/risk/gate-risk.ts';
import type { GateRisk } from '#core/risk/gate-risk.ts';

/** Much older is a clock that was set back. */
const CROSSING_MS = 5_000;

/** The latest the desk knows about each pair's market. */
export class MarketView {
  readonly #quotes = new Map<Pair, Quote>();
  readonly #feeds = new Map<Pair, FeedStatus>();
  readonly #instruments = new Map<Pair, Instrument>();
  readonly #lookedMs = new Map<Pair, number>();
  readonly #staleAfterMs: () => number;
  #universe: Universe | undefined;
  #risk: GateRisk | undefined;

  constructor(staleAfterMs: () => number) {
    this.#staleAfterMs = staleAfterMs;
  }

  /** Laid out once: the gate asks it for every entry. */
  setRisk(state: RiskState): void {
    // The state and the topic may cross: a newer word is not taken back by one that is a little older.
    const olderMs = (this.#risk?.atMs ?? -Infinity) - state.atMs;
    if (olderMs >= 0 && olderMs < CROSSING_MS) return;
    this.#risk = gateRisk(state);
  }

  risk(): GateRisk | undefined {
    return this.#risk;
  }

  setInstrument(instrument: Instrument): void {
    this.#instruments.set(instrument.pair, instrument);
  }

  setFeed(feed: FeedStatus): void {
    this.#feeds.set(feed.pair, feed);
  }

  /** A pair that was left out and whose feed has ended is no longer one that data are missing of. */
  keepFeeds(told: ReadonlySet<string>): void {
    for (const pair of this.#feeds.keys()) {
      if (!told.has(pair) && this.standing(pair) === 'not-selected') this.#feeds.delete(pair);
    }
  }

  setQuote(quote: Quote): void {
    this.#quotes.set(quote.pair, quote);
  }

  /** The state and the topic may cross: what was chosen last counts. */
  setUniverse(universe: Universe): void {
    if (isOutdated(universe, this.#universe)) return;
    this.#universe = universe;
  }

  /** Kept while Redis or the selector is away; undefined until the first universe is heard of. */
  standing(pair: Pair): PairStanding | undefined {
    return standingIn(this.#universe, pair);
  }

  instrument(pair: Pair): Instrument | undefined {
    return this.#instruments.get(pair);
  }

  quote(pair: Pair): Quote | undefined {
    return this.#quotes.get(pair);
  }

  /**
   * Last time the pair was known to be current, for entries. The feed knows of every stream: quotes
   * that go on while the candles or trades are late make nothing fresh.
   */
  freshMs(pair: Pair): number | undefined {
    const quoteMs = this.#quotes.get(pair)?.receivedMs;
    return quoteMs === undefined ? undefined : (this.#feeds.get(pair)?.freshMs ?? quoteMs);
  }

  /** For valuing: a new quote will do, and the feed may know an old one to be current. */
  isFresh(pair: Pair, nowMs: number): boolean {
    const quoteMs = this.#quotes.get(pair)?.receivedMs;
    if (quoteMs === undefined) return false;
    const knownMs = Math.max(quoteMs, this.#feeds.get(pair)?.freshMs ?? quoteMs);
    return nowMs - knownMs <= this.#staleAfterMs();
  }

  /**
   * How long there has been no fresh price; 0 while there is one. Without any since the start it
   * counts from the first look.
   */
  blindMs(pair: Pair, nowMs: number): number {
    const quoteMs = this.#quotes.get(pair)?.receivedMs ?? this.#firstLookMs(pair, nowMs);
    return this.isFresh(pair, nowMs) ? 0 : nowMs - quoteMs;
  }

  /** Best bid, or nothing when it may be old. */
  bid(pair: Pair, nowMs: number): DecimalText | undefined {
    return this.isFresh(pair, nowMs) ? this.#quotes.get(pair)?.bid : undefined;
  }

  livePairs(): number {
    return [...this.#feeds.values()].filter(({ state }) => state === 'live').length;
  }

  /**
   * How old the data of every followed pair is; undefined = none yet. What the last process left
   * behind may be of yesterday: nothing is older than the first look.
   */
  agesMs(nowMs: number): readonly (number | undefined)[] {
    return [...this.#feeds.keys()].map((pair) => {
      const freshMs = this.freshMs(pair);
      // A feed that has just begun says 0: not old, but not known yet.
      if (freshMs === undefined || freshMs === 0) return undefined;
      return nowMs - Math.max(freshMs, this.#firstLookMs(pair, nowMs));
    });
  }

  #firstLookMs(pair: Pair, nowMs: number): number {
    const knownMs = this.#lookedMs.get(pair);
    if (knownMs !== undefined) return knownMs;
    this.#lookedMs.set(pair, nowMs);
    return nowMs;
  }

  /** Of the followed pairs whose filters are known: all, and those the venue lets trade. */
  tradingPairs(): { readonly pairs: number; readonly tradingPairs: number } {
    const known = [...this.#feeds.keys()].flatMap((pair) => this.#instruments.get(pair) ?? []);
    const trading = known.filter(({ status }) => status === 'trading' || status === 'unknown');
    return { pairs: known.length, tradingPairs: trading.length };
  }

  /** True when data comes again. */
  isLive(): boolean {
    return [...this.#feeds.values()].some(({ state }) => state === 'live');
  }

  /** True when every feed says that the recorded data is over. */
  hasEnded(): boolean {
    return (
      this.#feeds.size > 0 && [...this.#feeds.values()].every(({ state }) => state === 'ended')
    );
  }
}
