/** The streams that speak once a second: 24 h tickers, single and all-market, and average price. */
import { averagePrice } from './average-price.ts';
import type { StreamHub } from './stream-hub.ts';
import { avgPricePayload, miniTickerPayload, tickerPayload } from './stream-payloads.ts';
import { bestPrices, dayStats, lastTrade } from './tickers.ts';
import type { Venue } from './venue.ts';

/** Writes a payload with its event time still to be set. */
type Write = (symbol: string) => string;

const UNSTAMPED = 0;
/** The rolling window moves with each reading; that alone is no news. */
const WINDOW = /"O":\d+,"C":\d+,/;

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
      if (symbol === undefined) continue;
      const payload = this.#changed(name, write(symbol));
      if (payload !== undefined) this.#hub.publish(name, stamp(payload, eventMs));
    }
  }

  #all(kind: 'allTickers' | 'allMiniTickers', write: Write, eventMs: number): void {
    for (const { name } of this.#hub.names(kind)) {
      const rows = [...this.#venue.symbols.keys()]
        .map((symbol) => this.#changed(`${name} ${symbol}`, write(symbol)))
        .filter((payload) => payload !== undefined);
      if (rows.length === 0) continue;
      this.#hub.publish(name, `[${rows.map((row) => stamp(row, eventMs)).join(',')}]`);
    }
  }

  #changed(key: string, payload: string): string | undefined {
    const facts = payload.replace(WINDOW, '');
    if (this.#sent.get(key) === facts) return undefined;
    this.#sent.set(key, facts);
    return payload;
  }

  readonly #miniTicker: Write = (symbol) =>
    miniTickerPayload(symbol, dayStats(this.#venue, symbol), UNSTAMPED);

  readonly #ticker: Write = (symbol) => {
    const stats = dayStats(this.#venue, symbol);
    const facts = {
      ...stats,
      ...bestPrices(this.#venue, symbol),
      ...lastTrade(this.#venue, symbol, stats),
    };
    return tickerPayload(symbol, facts, UNSTAMPED);
  };

  readonly #avgPrice: Write = (symbol) =>
    avgPricePayload(symbol, averagePrice(this.#venue, symbol), UNSTAMPED);
}

function stamp(payload: string, eventMs: number): string {
  return payload.replace('"E":0,', `"E":${eventMs},`);
}
