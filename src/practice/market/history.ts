/**
 * Candles of time that nobody traded through: the history before the start and what passed while
 * the exchange was paused. They follow the same fair path as the live market; trades are drawn
 * as numbers, not matched, so a week of twelve coins takes about a second.
 */
import { INTERVAL_MS } from '#practice/candles/interval.ts';
import { quietKline } from '#practice/candles/kline.ts';
import type { FormingKline } from '#practice/candles/kline.ts';
import { seededRandom } from '#platform/random.ts';
import type { Random } from '#platform/random.ts';
import type { SymbolMarket } from './symbol-market.ts';
import type { FairPath } from './fair-path.ts';
import type { Coin } from './symbols.ts';
import { halfSpread, takersMean, TAKER_SIZE_SPREAD } from './traders.ts';

const MINUTE_MS = INTERVAL_MS['1m'];

/** How much of the history is kept to the second. */
const SECONDS_PART_MS = 60 * MINUTE_MS;

export interface Stage {
  readonly seed: number;
  readonly path: FairPath;
  readonly coins: readonly Coin[];
  readonly markets: readonly SymbolMarket[];
}

/** Adds candles for `fromMs` (a whole second, where the stores stand) up to `toMs`. */
export function addHistory(stage: Stage, fromMs: number, toMs: number): void {
  const random = seededRandom(`${stage.seed}/history/${fromMs}`);
  const secondsFromMs = Math.floor((toMs - SECONDS_PART_MS) / MINUTE_MS) * MINUTE_MS;
  const minutesFromMs = Math.min(toMs, Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS);
  addSeconds(stage, { fromMs, toMs: minutesFromMs, random });
  for (let openMs = minutesFromMs; openMs < secondsFromMs; openMs += MINUTE_MS) {
    addMinute(stage, openMs, random);
  }
  addSeconds(stage, { fromMs: Math.max(minutesFromMs, secondsFromMs), toMs, random });
  for (const market of stage.markets) market.tape.jumpTo(market.engine.nextTradeId);
}

function addMinute(stage: Stage, openMs: number, random: Random): void {
  const minute = openMs / MINUTE_MS;
  const activity = stage.path.activityAt(minute);
  for (const [number, market] of stage.markets.entries()) {
    const coin = stage.coins[number];
    if (coin === undefined) continue;
    const ends = stage.path.minuteEnds(number, minute);
    const draw = { ...ends, coin, market, openMs, intervalMs: MINUTE_MS, activity };
    market.candles.silently(() => market.candles.addMinute(drawKline(draw, random)));
  }
}

function addSeconds(stage: Stage, of: { fromMs: number; toMs: number; random: Random }): void {
  for (let openMs = of.fromMs; openMs < of.toMs; openMs += 1000) {
    const path = stage.path.minute(Math.floor(openMs / MINUTE_MS));
    const second = (openMs % MINUTE_MS) / 1000;
    for (const [number, market] of stage.markets.entries()) {
      const coin = stage.coins[number];
      const logPrice = path.logPrices[number];
      if (coin === undefined || logPrice === undefined) continue;
      const draw = {
        from: logPrice[second] ?? 0,
        to: logPrice[second + 1] ?? 0,
        sigma: (path.sigmas[number] ?? 0) / Math.sqrt(60),
        coin,
        market,
        openMs,
        intervalMs: 1000,
        activity: path.activity,
      };
      market.candles.silently(() => market.candles.addSecond(drawKline(draw, of.random)));
    }
  }
}

interface Draw {
  readonly from: number;
  readonly to: number;
  readonly sigma: number;
  readonly coin: Coin;
  readonly market: SymbolMarket;
  readonly openMs: number;
  readonly intervalMs: number;
  readonly activity: number;
}

/** A candle as the trades of the period would have made it; undefined when there were none. */
function drawKline(draw: Draw, random: Random): FormingKline | undefined {
  const { coin, market, intervalMs } = draw;
  const trades = drawPoisson((takersMean(coin, draw.activity) * intervalMs) / 1000, random);
  if (trades === 0) return undefined;
  const price = ohlcTicks(draw, trades, random);
  const kline = quietKline(draw.openMs, intervalMs, price.open);
  kline.highTicks = price.high;
  kline.lowTicks = price.low;
  kline.closeTicks = price.close;
  kline.trades = trades;
  kline.firstTradeId = market.engine.reserveTradeIds(trades);
  kline.lastTradeId = kline.firstTradeId + trades - 1;
  const meanTicks = (price.open + price.high + price.low + price.close) / 4;
  kline.lots = Math.max(trades, Math.round(trades * meanLots(draw, random)));
  kline.quoteTickLots = Math.round(kline.lots * meanTicks);
  const buyFraction = Math.min(1, Math.max(0, 0.5 + 0.12 * random.normal()));
  kline.takerBuyLots = Math.round(kline.lots * buyFraction);
  kline.takerBuyQuoteTickLots = Math.round(kline.takerBuyLots * meanTicks);
  return kline;
}

/** Mean size of a trade; few trades vary more around it than many. */
function meanLots(draw: Draw, random: Random): number {
  const quote = draw.coin.takerQuote * Math.exp(TAKER_SIZE_SPREAD ** 2 / 2);
  const noise = Math.exp(0.4 * random.normal() - 0.08);
  return (quote / Math.exp(draw.to)) * 10 ** draw.coin.qtyDigits * noise;
}

function ohlcTicks(
  draw: Draw,
  trades: number,
  random: Random,
): { open: number; high: number; low: number; close: number } {
  const unit = 10 ** draw.coin.priceDigits;
  const ticksAt = (logPrice: number): number => {
    const side = random.next() < 0.5 ? -1 : 1;
    const ticks = Math.exp(logPrice) * unit * (1 + side * halfSpread(draw.coin, draw.activity));
    return Math.max(1, side < 0 ? Math.floor(ticks) : Math.ceil(ticks));
  };
  const open = ticksAt(draw.from);
  if (trades === 1) return { open, high: open, low: open, close: open };
  const close = ticksAt(draw.to);
  const low = Math.min(open, close);
  const high = Math.max(open, close);
  if (trades === 2) return { open, high, low, close };
  return {
    open,
    high: Math.max(high, ticksAt(extreme(draw, 1, random))),
    low: Math.min(low, ticksAt(extreme(draw, -1, random))),
    close,
  };
}

/** Highest (sign 1) or lowest point of a Brownian path between two known ends. */
function extreme(draw: Draw, sign: 1 | -1, random: Random): number {
  const spread = (draw.to - draw.from) ** 2 - 2 * draw.sigma ** 2 * Math.log(1 - random.next());
  return (draw.from + draw.to + sign * Math.sqrt(spread)) / 2;
}

function drawPoisson(mean: number, random: Random): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const floor = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > floor; product *= random.next()) count += 1;
  return count;
}
