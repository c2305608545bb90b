import { seededRandom } from '#platform/random.ts';
import type { Random } from '#platform/random.ts';
import { Maker } from '#practice/market/maker.ts';
import type { SymbolMarket } from '#practice/market/symbol-market.ts';
import type { Block, Feed } from './feed.ts';
import type { Print } from './price-path.ts';
import type { Timeline } from './timeline.ts';

/** Distance of the other side of the book from a trade, as a fraction of its price. */
const SPREAD_FRACTION = 5e-5;

/** Prints of one recorded candle: about eight a second, no more than sixty. */
const PRINTS_PER_SECOND = 8;
const PRINTS_MAX = 60;

/** Quote amount that waits at the touch however small the recorded trades are. */
const TOUCH_QUOTE_MIN = 400;

/** The candle being served: its trades not yet made, and its end in served time. */
interface Serving {
  readonly block: Block;
  readonly openMs: number;
  readonly endMs: number;
  readonly touchLots: number;
  nextPrint: number;
}

/**
 * One symbol of a replay. Each recorded candle becomes trades at their served times: the maker
 * puts its book around the price, a taker trades exactly the print. Where the recording has no
 * candle nothing trades and no candle is closed.
 */
export class ReplaySymbol {
  readonly market: SymbolMarket;
  readonly #feed: Feed;
  readonly #timeline: Timeline;
  readonly #maker: Maker;
  readonly #random: Random;
  readonly #prints: number;
  readonly #onServed: (block: Block) => void;
  #serving: Serving | undefined;

  constructor(options: {
    market: SymbolMarket;
    feed: Feed;
    timeline: Timeline;
    seed: number;
    /** Called when the serving of a recorded candle begins. */
    onServed: (block: Block) => void;
  }) {
    const { market, feed } = options;
    this.market = market;
    this.#feed = feed;
    this.#timeline = options.timeline;
    this.#onServed = options.onServed;
    this.#maker = new Maker(market);
    this.#random = seededRandom(`${options.seed}/replay/${market.spec.symbol}`);
    const servedSeconds = feed.intervalMs / options.timeline.speed / 1000;
    this.#prints = Math.min(PRINTS_MAX, Math.ceil(PRINTS_PER_SECOND * servedSeconds));
  }

  get hasEnded(): boolean {
    return this.#serving === undefined && this.#feed.nextMs() === undefined;
  }

  /** Puts a book around the last price before anything has traded live. */
  openBook(timeMs: number): void {
    const ticks = this.market.candles.lastTicks;
    if (ticks === undefined || this.market.best('buy') !== undefined) return;
    const spread = spreadTicks(ticks);
    const touchLots = this.#leastLots(ticks);
    const quote = { bidTicks: Math.max(1, ticks - spread), askTicks: ticks + spread, touchLots };
    this.#maker.quote(quote, timeMs, this.#random);
  }

  /** Trades everything up to `servedMs`, or only tells it as candles where nobody watched. */
  serveTo(servedMs: number, isTraded: boolean): void {
    for (;;) {
      this.#serving = this.#serving ?? this.#begin(servedMs);
      if (this.#serving === undefined) break;
      this.#trade(this.#serving, servedMs, isTraded);
      if (this.#serving.endMs > servedMs) break;
      this.market.candles.advance(this.#serving.endMs);
      this.#serving = undefined;
      const isOver = this.#feed.nextMs() === undefined;
      if (isOver || !this.#feed.isSilenceQuiet) this.market.candles.fillsQuiet = false;
    }
    this.market.candles.advance(servedMs);
  }

  #begin(servedMs: number): Serving | undefined {
    const recordedMs = this.#feed.nextMs();
    if (recordedMs === undefined) return undefined;
    const openMs = this.#timeline.toServed(recordedMs);
    if (openMs >= servedMs) return undefined;
    const block = this.#feed.take(this.#prints);
    this.market.candles.advance(openMs);
    this.market.candles.fillsQuiet = true;
    if (block.quiet !== undefined) this.market.candles.markQuiet(block.quiet);
    this.#onServed(block);
    const endMs = this.#timeline.toServed(block.recordedMs + block.spanMs);
    return { block, openMs, endMs, touchLots: this.#touchLots(block), nextPrint: 0 };
  }

  #trade(serving: Serving, servedMs: number, isTraded: boolean): void {
    const { block, openMs, endMs } = serving;
    for (;;) {
      const print = block.prints[serving.nextPrint];
      if (print === undefined) return;
      const timeMs = Math.floor(openMs + print.at * (endMs - openMs));
      if (timeMs >= servedMs) return;
      serving.nextPrint += 1;
      this.market.candles.advance(timeMs);
      if (isTraded) this.#tradePrint(print, timeMs, serving.touchLots);
      else this.#tellPrint(print, timeMs);
    }
  }

  #tradePrint(print: Print, timeMs: number, touchLots: number): void {
    const spread = spreadTicks(print.ticks);
    const isBuy = print.takerSide === 'buy';
    const bidTicks = Math.max(1, isBuy ? print.ticks - spread : print.ticks);
    const askTicks = isBuy ? Math.max(print.ticks, bidTicks + 1) : print.ticks + spread;
    this.#maker.quote({ bidTicks, askTicks, touchLots }, timeMs, this.#random);
    const makerSide = isBuy ? 'sell' : 'buy';
    this.#maker.ensure({ side: makerSide, ticks: print.ticks, lots: print.lots, timeMs });
    this.market.submit(
      {
        owner: 'taker',
        side: print.takerSide,
        lots: print.lots,
        limitTicks: print.ticks,
        timeInForce: 'IOC',
      },
      timeMs,
    );
    // The trade has eaten the touch or part of it; nobody sees a book with a hole.
    this.#maker.quote({ bidTicks, askTicks, touchLots }, timeMs, this.#random);
  }

  #tellPrint(print: Print, timeMs: number): void {
    const { market } = this;
    const id = market.engine.reserveTradeIds(1);
    const { ticks, lots } = print;
    const trade = { id, ticks, lots, timeMs, buyerIsMaker: print.takerSide === 'sell' };
    market.candles.trade(trade);
    market.tape.record([trade]);
  }

  /** The book is about as deep as the recorded trades are large. */
  #touchLots(block: Block): number {
    const total = block.prints.reduce((sum, print) => sum + print.lots, 0);
    const mean = total / Math.max(1, block.prints.length);
    const ticks = block.prints[0]?.ticks ?? block.quiet?.closeTicks ?? 1;
    return Math.max(this.#leastLots(ticks), mean);
  }

  #leastLots(ticks: number): number {
    const { priceDigits, qtyDigits } = this.market.spec;
    return (TOUCH_QUOTE_MIN / ticks) * 10 ** (priceDigits + qtyDigits);
  }
}

function spreadTicks(ticks: number): number {
  return Math.max(1, Math.round(ticks * SPREAD_FRACTION));
}
