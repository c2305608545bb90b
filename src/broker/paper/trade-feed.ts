import type { PublicTrade } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';

/** Live trades kept while missed ones are fetched; beyond it the oldest go and a new gap is seen. */
const WAITING_MAX = 5_000;
const RETRY_MS = 1_000;

export interface TradeFeedOptions {
  readonly pair: Pair;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly hasSequence: () => boolean;
  /** Public trades from an id on, rising; an empty list = there are no more. */
  readonly missedTrades: (pair: Pair, fromId: number) => Promise<readonly PublicTrade[]>;
  readonly onTrade: (trade: PublicTrade, isReplay: boolean) => void;
  readonly background: (name: string, work: Promise<void>) => void;
  readonly onProblem: (cause: string) => void;
}

/**
 * Gives the venue every public trade of a pair once and in order of id. A gap (a restart, a lost
 * message) is read back before anything later is believed; until then the pair is not `current`.
 * Numbering that starts again (a venue begun anew) is followed from where it now is: what lies
 * between cannot be known.
 */
export class TradeFeed {
  readonly #options: TradeFeedOptions;
  #lastId: number | undefined;
  #lastAtMs = 0;
  #waiting: PublicTrade[] = [];
  #isFetching = false;

  constructor(options: TradeFeedOptions) {
    this.#options = options;
  }

  get lastId(): number | undefined {
    return this.#lastId;
  }

  get lastAtMs(): number {
    return this.#lastAtMs;
  }

  /** Before the first trade there is nothing to resume from: a death would lose what follows. */
  get isCurrent(): boolean {
    return !this.#isFetching && this.#lastId !== undefined;
  }

  /** Continues after a trade that was seen before a restart; resolves when nothing is missed. */
  async resume(lastId: number, atMs: number): Promise<void> {
    this.#lastId = lastId;
    this.#lastAtMs = atMs;
    await this.#catchUp();
  }

  onTrade(trade: PublicTrade): void {
    if (this.#isFetching) {
      this.#waiting.push(trade);
      if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
      return;
    }
    const isNext = this.#lastId === undefined || trade.id === this.#lastId + 1;
    if (isNext || this.#isRenumbered(trade)) {
      this.#pass(trade, false);
    } else if (this.#lastId !== undefined && trade.id > this.#lastId) {
      if (!this.#options.hasSequence()) {
        this.#pass(trade, false);
        return;
      }
      this.#waiting.push(trade);
      this.#options.background(`missed trades ${this.#options.pair}`, this.#catchUp());
    }
  }

  #isRenumbered(trade: PublicTrade): boolean {
    return this.#lastId !== undefined && trade.id <= this.#lastId && trade.atMs > this.#lastAtMs;
  }

  #pass(trade: PublicTrade, isReplay: boolean): void {
    this.#lastId = trade.id;
    this.#lastAtMs = trade.atMs;
    this.#options.onTrade(trade, isReplay);
  }

  async #catchUp(): Promise<void> {
    this.#isFetching = true;
    while (!this.#options.signal.aborted) {
      const missed = await this.#fetch();
      if (missed === undefined) continue;
      const news = missed.filter((trade) => trade.id > (this.#lastId ?? -1));
      for (const trade of news) this.#pass(trade, true);
      if (news.length === 0 || this.#reachesWaiting()) break;
    }
    this.#isFetching = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const trade of waiting) {
      // What was fetched and still misses an id does not exist at the venue: it is skipped.
      const isNews = this.#lastId === undefined || trade.id > this.#lastId;
      if (isNews || this.#isRenumbered(trade)) this.#pass(trade, true);
    }
  }

  #reachesWaiting(): boolean {
    const first = this.#waiting[0];
    return first !== undefined && this.#lastId !== undefined && first.id <= this.#lastId + 1;
  }

  async #fetch(): Promise<readonly PublicTrade[] | undefined> {
    const { pair, missedTrades, clock, signal, onProblem } = this.#options;
    try {
      return await missedTrades(pair, (this.#lastId ?? -1) + 1);
    } catch (error) {
      onProblem(errorText(error));
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      return undefined;
    }
  }
}
