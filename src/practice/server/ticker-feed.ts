/** The streams that speak once a second: 24 h tickers, single and all-market, and average price. */
import { averagePrice } from './average-price.ts';
import type { StreamHub } from './stream-hub.ts';
import { avgPricePayload, miniTickerPayload, tickerPayload } from './stream-payloads.ts';
import { bestPrices, dayStats, lastTrade } from './tickers.ts';
import type { Venue } from './venue.ts';

type Write = (symbol: string, eventMs: number) => string;

export class TickerFeed {
  readonly #venue: Venue;
  readonly #hub: StreamHub;
  /** Last payload (without its time) per stream and symbol: only what changed is sent. */
  readonly #sent = new Map<string, string>();

  constructor(venue: Venue, hub: StreamHub) {
    this.#venue = venue;
    this.#hub = hub;
  }

  flush(eventMs: number): void {
    this.#single('ticker', this.#ticker, eventMs);
    this.#single('miniTicker', this.#miniTicker, eventMs);
    this.#single('avgPrice', this.#avgPrice, eventMs);
    this.#all('allTickers', this.#ticker, eventMs);
    this.#all('allMiniTickers', this.#miniTicker, eventMs);
  }

  #single(kind: 'ticker' | 'miniTicker' | 'avgPrice', write: Write, eventMs: number): void {
    for (const { name, symbol } of this.#hub.names(kind)) {
      if (symbol === undefined || !this.#isNew(name, write(symbol, 0))) continue;
      this.#hub.publish(name, write(symbol, eventMs));
    }
  }

  #all(kind: 'allTickers' | 'allMiniTickers', write: Write, eventMs: number): void {
    for (const { name } of this.#hub.names(kind)) {
      const changed = [...this.#venue.symbols.keys()].filter((symbol) =>
        this.#isNew(`${name} ${symbol}`, write(symbol, 0)),
      );
      if (changed.length === 0) continue;
      const rows = changed.map((symbol) => write(symbol, eventMs));
      this.#hub.publish(name, `[${rows.join(',')}]`);
    }
  }

  #isNew(key: string, body: string): boolean {
    if (this.#sent.get(key) === body) return false;
    this.#sent.set(key, body);
    return true;
  }

  readonly #miniTicker: Write = (symbol, eventMs) =>
    miniTickerPayload(symbol, dayStats(this.#venue, symbol), eventMs);

  readonly #ticker: Write = (symbol, eventMs) => {
    const stats = dayStats(this.#venue, symbol);
    const facts = {
      ...stats,
      ...bestPrices(this.#venue, symbol),
      ...lastTrade(this.#venue, symbol, stats),
    };
    return tickerPayload(symbol, facts, eventMs);
  };

  readonly #avgPrice: Write = (symbol, eventMs) =>
    avgPricePayload(symbol, averagePrice(this.#venue, symbol), eventMs);
}
