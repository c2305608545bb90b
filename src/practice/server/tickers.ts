/** Rolling 24 h statistics and best prices, as the REST answers and the ticker streams write them. */
import type { WorldKline } from '../world.ts';
import { ratioText } from './symbol-text.ts';
import type { Venue } from './venue.ts';

export interface BestPrices {
  readonly updateId: number;
  readonly bidPrice: string;
  readonly bidQty: string;
  readonly askPrice: string;
  readonly askQty: string;
}

export interface DayStats {
  readonly priceChange: string;
  readonly priceChangePercent: string;
  readonly weightedAvgPrice: string;
  readonly openPrice: string;
  readonly highPrice: string;
  readonly lowPrice: string;
  readonly lastPrice: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly openTime: number;
  readonly closeTime: number;
  readonly firstId: number;
  readonly lastId: number;
  readonly count: number;
}

export function bestPrices(venue: Venue, symbol: string): BestPrices {
  const text = venue.textOf(symbol);
  const { lastUpdateId, bids, asks } = venue.world.book(symbol, 1);
  const [bidTicks, bidLots] = bids[0] ?? [0, 0];
  const [askTicks, askLots] = asks[0] ?? [0, 0];
  return {
    updateId: lastUpdateId,
    bidPrice: text.price(bidTicks),
    bidQty: text.quantity(bidLots),
    askPrice: text.price(askTicks),
    askQty: text.quantity(askLots),
  };
}

export function dayStats(venue: Venue, symbol: string): DayStats {
  const text = venue.textOf(symbol);
  const day = venue.world.stats24h(symbol);
  const change = day.closeTicks - day.openTicks;
  const percent = day.openTicks === 0 ? 0 : (change / day.openTicks) * 100;
  return {
    priceChange: text.price(change),
    priceChangePercent: percent.toFixed(3),
    weightedAvgPrice: weighted(day, Number(text.spec.tickSize)),
    openPrice: text.price(day.openTicks),
    highPrice: text.price(day.highTicks),
    lowPrice: text.price(day.lowTicks),
    lastPrice: text.price(day.closeTicks),
    volume: text.quantity(day.lots),
    quoteVolume: text.quote(day.quoteTickLots),
    openTime: day.openMs,
    closeTime: day.closeMs,
    firstId: day.firstTradeId,
    lastId: day.lastTradeId,
    count: day.trades,
  };
}

function weighted(day: WorldKline, tickSize: number): string {
  const ticks = day.lots > 0 ? day.quoteTickLots / day.lots : day.closeTicks;
  return ratioText(ticks * tickSize);
}

export interface LastTrade {
  readonly lastQty: string;
  /** Price of the trade just before the window opened; the window's open when unknown. */
  readonly prevClosePrice: string;
}

export function lastTrade(venue: Venue, symbol: string, stats: DayStats): LastTrade {
  const text = venue.textOf(symbol);
  const last = venue.world.trades(symbol, { limit: 1 }).at(-1);
  return { lastQty: text.quantity(last?.lots ?? 0), prevClosePrice: stats.openPrice };
}
