/**
 * The live synthetic market: in each slice of time the makers quote around the fair price and
 * the takers who came trade against them. What it does in a slice depends on the seed, the
 * slice, the shocks and the liquidity ordered alone, never on how often it is called.
 */
import { seededRandom } from '#platform/random.ts';
import type { Random } from '#platform/random.ts';
import type { Stage } from './history.ts';
import { SLICE_MS } from './driver.ts';
import { USUAL_LIQUIDITY, type Liquidity, type LiquidityBoard } from './liquidity.ts';
import { Maker } from './maker.ts';
import type { PriceShocks } from './price-shocks.ts';
import type { SymbolMarket } from './symbol-market.ts';
import type { Coin } from './symbols.ts';
import { halfSpread, TAKER_SIZE_SPREAD, takersMean } from './traders.ts';

/** Makers look at the price every second slice, half of the symbols in each. */
const SLICES_PER_QUOTE = 2;

const MINUTE_MS = 60_000;

/** A little above the smallest order the venue takes. */
const TAKER_QUOTE_MIN = 6;

interface Trader {
  readonly coin: Coin;
  readonly number: number;
  readonly market: SymbolMarket;
  readonly maker: Maker;
  random: Random;
  /** What its book was quoted with. */
  liquidity: Liquidity;
  /** The book is not older than a quote or two; else nobody may trade against it. */
  isQuoted: boolean;
}

export class SyntheticMarket {
  readonly #stage: Stage;
  readonly #shocks: PriceShocks;
  readonly #liquidity: LiquidityBoard;
  readonly #traders: readonly Trader[];
  #minute = -1;

  constructor(stage: Stage, shocks: PriceShocks, liquidity: LiquidityBoard) {
    this.#stage = stage;
    this.#shocks = shocks;
    this.#liquidity = liquidity;
    this.#traders = stage.markets.flatMap((market, number) => {
      const coin = stage.coins[number];
      if (coin === undefined) return [];
      const random = seededRandom(stage.seed);
      const maker = new Maker(market);
      const liquidity = USUAL_LIQUIDITY;
      return [{ coin, number, market, maker, random, liquidity, isQuoted: false }];
    });
  }

  /** Runs the slice that begins at `startMs`, a whole multiple of {@link SLICE_MS}. */
  runSlice(startMs: number): void {
    this.#enterMinute(Math.floor(startMs / MINUTE_MS));
    const slice = startMs / SLICE_MS;
    for (const trader of this.#traders) {
      trader.market.candles.advance(startMs);
      if (trader.market.status !== 'TRADING') {
        trader.isQuoted = false;
        continue;
      }
      const isTurn = (slice + trader.number) % SLICES_PER_QUOTE === 0;
      if (isTurn || !trader.isQuoted) this.#quote(trader, startMs);
      this.#take(trader, startMs);
      trader.market.publishBook(startMs + SLICE_MS - 1);
    }
  }

  /** Time has passed without trading: every book is quoted anew before it trades again. */
  dropQuotes(): void {
    for (const trader of this.#traders) trader.isQuoted = false;
  }

  /** Each minute has its own random numbers, so a restarted exchange falls into step. */
  #enterMinute(minute: number): void {
    if (minute === this.#minute) return;
    this.#minute = minute;
    for (const trader of this.#traders) {
      trader.random = seededRandom(`${this.#stage.seed}/flow/${minute}/${trader.coin.base}`);
    }
  }

  #quote(trader: Trader, timeMs: number): void {
    const { coin, market, maker, random } = trader;
    const { activity } = this.#stage.path.minute(this.#minute);
    const shock = this.#shocks.offsetAt(market.spec.symbol, timeMs);
    const price = Math.exp(this.#stage.path.logPriceAt(trader.number, timeMs) + shock);
    const ticks = price * 10 ** coin.priceDigits;
    // Where a tick is coarser than the usual spread, the book is one tick wide.
    const wanted = this.#liquidity.of(market.spec.symbol);
    // A level that waits keeps its size until it is eaten, so another size takes another ladder.
    if (wanted !== trader.liquidity) maker.withdraw();
    trader.liquidity = wanted;
    const half = ticks * Math.max(halfSpread(coin, activity), wanted.spreadFraction / 2);
    const bidTicks = Math.max(1, Math.floor(ticks - half));
    const askTicks = Math.max(bidTicks + 1, Math.ceil(ticks + half));
    const touchLots =
      ((2.5 * coin.takerQuote * wanted.depthShare) / price) * 10 ** market.spec.qtyDigits;
    maker.quote({ bidTicks, askTicks, touchLots }, timeMs, random);
    trader.isQuoted = true;
  }

  #take(trader: Trader, startMs: number): void {
    const { coin, random } = trader;
    const path = this.#stage.path.minute(this.#minute);
    const mean = (takersMean(coin, path.activity) * SLICE_MS) / 1000;
    let offset = -Math.log(1 - random.next()) / mean;
    while (offset < 1) {
      this.#takeOnce(trader, startMs + Math.floor(offset * SLICE_MS));
      offset -= Math.log(1 - random.next()) / mean;
    }
  }

  #takeOnce(trader: Trader, timeMs: number): void {
    const { coin, market, random } = trader;
    const quote = coin.takerQuote * Math.exp(TAKER_SIZE_SPREAD * random.normal());
    const side = random.next() < this.#buyChance(trader, timeMs) ? 'buy' : 'sell';
    const best = market.best(side === 'buy' ? 'sell' : 'buy');
    if (best === undefined) return;
    const price = best / 10 ** coin.priceDigits;
    const amount = Math.max(TAKER_QUOTE_MIN, quote) / price;
    const lots = Math.max(1, Math.ceil(amount * 10 ** coin.qtyDigits));
    market.submit({ owner: 'taker', side, lots }, timeMs);
  }

  /** Takers lean the way the price goes: even chances in a quiet second, 3 to 1 in a wild one. */
  #buyChance(trader: Trader, timeMs: number): number {
    const path = this.#stage.path.minute(this.#minute);
    const second = Math.floor((timeMs % MINUTE_MS) / 1000);
    const logPrice = path.logPrices[trader.number];
    const { symbol } = trader.market.spec;
    const shock =
      this.#shocks.offsetAt(symbol, timeMs + 1_000) - this.#shocks.offsetAt(symbol, timeMs);
    const move = (logPrice?.[second + 1] ?? 0) - (logPrice?.[second] ?? 0) + shock;
    const sigma = (path.sigmas[trader.number] ?? 0) / Math.sqrt(60);
    const lean = sigma === 0 ? 0 : Math.max(-2, Math.min(2, move / sigma));
    return 0.5 + 0.125 * lean;
  }
}
