/**
 * Turns what happens in the world into stream events. Trades and closed candles go out as they
 * happen; the best price once per step of the world, if it changed; the rest on the venue's
 * clock: 100 ms, 1 s and 2 s. A closed candle (`x: true`) is sent exactly once, from the world's
 * own event, never from the timer.
 */
import type { WorldEvent } from '../world.ts';
import { DepthFeed } from './depth-feed.ts';
import type { StreamHub } from './stream-hub.ts';
import {
  aggTradePayload,
  bookTickerPayload,
  klinePayload,
  tradePayload,
} from './stream-payloads.ts';
import { TickerFeed } from './ticker-feed.ts';
import { bestPrices } from './tickers.ts';
import type { Venue } from './venue.ts';

export class StreamFeed {
  readonly #venue: Venue;
  readonly #hub: StreamHub;
  readonly #depth: DepthFeed;
  readonly #tickers: TickerFeed;
  readonly #changedBooks = new Set<string>();
  readonly #lastBest = new Map<string, string>();
  #lastTickMs: number;

  constructor(venue: Venue, hub: StreamHub) {
    this.#venue = venue;
    this.#hub = hub;
    this.#depth = new DepthFeed(venue, hub);
    this.#tickers = new TickerFeed(venue, hub);
    this.#lastTickMs = venue.world.now();
  }

  onEvent(event: WorldEvent): void {
    switch (event.kind) {
      case 'trade': {
        const text = this.#venue.textOf(event.trade.symbol);
        const name = `${text.lower}@trade`;
        if (!this.#hub.has(name)) return;
        this.#hub.publish(name, tradePayload(text, event.trade, this.#venue.saysNow()));
        return;
      }
      case 'aggTrade': {
        const text = this.#venue.textOf(event.symbol);
        const name = `${text.lower}@aggTrade`;
        if (!this.#hub.has(name)) return;
        this.#hub.publish(name, aggTradePayload(text, event.trade, this.#venue.saysNow()));
        return;
      }
      case 'book':
        this.#changedBooks.add(event.symbol);
        this.#depth.onBook(event);
        return;
      case 'klineClosed': {
        const text = this.#venue.textOf(event.symbol);
        const name = `${text.lower}@kline_${event.interval}`;
        if (!this.#hub.has(name)) return;
        const eventMs = this.#venue.saysNow();
        this.#hub.publish(name, klinePayload(text, { ...event, isClosed: true, eventMs }));
        return;
      }
      case 'endOfData':
        return;
    }
  }

  /** Called after each step of the world. */
  tick(): void {
    const nowMs = this.#venue.world.now();
    const eventMs = this.#venue.says(nowMs);
    const passed = (everyMs: number): boolean =>
      Math.floor(nowMs / everyMs) !== Math.floor(this.#lastTickMs / everyMs);
    this.#bookTickers();
    if (passed(100)) this.#depth.flush(100, eventMs);
    if (passed(1000)) {
      this.#depth.flush(1000, eventMs);
      this.#tickers.flush(eventMs);
    }
    if (passed(2000)) this.#formingKlines(eventMs);
    this.#lastTickMs = nowMs;
  }

  #bookTickers(): void {
    for (const symbol of this.#changedBooks) {
      const name = `${this.#venue.textOf(symbol).lower}@bookTicker`;
      if (!this.#hub.has(name)) continue;
      const best = bestPrices(this.#venue, symbol);
      const prices = `${best.bidPrice} ${best.bidQty} ${best.askPrice} ${best.askQty}`;
      if (this.#lastBest.get(symbol) === prices) continue;
      this.#lastBest.set(symbol, prices);
      this.#hub.publish(name, bookTickerPayload(symbol, best));
    }
    this.#changedBooks.clear();
  }

  // The venue speaks each second on kline_1s; with one candle a second that is the closed one.
  #formingKlines(eventMs: number): void {
    for (const { name, symbol, interval } of this.#hub.names('kline')) {
      if (symbol === undefined || interval === undefined || interval === '1s') continue;
      const kline = this.#venue.world.currentKline(symbol, interval);
      if (kline === undefined) continue;
      const event = { interval, kline, isClosed: false, eventMs };
      this.#hub.publish(name, klinePayload(this.#venue.textOf(symbol), event));
    }
  }
}
