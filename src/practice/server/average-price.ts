import type { World } from '../world.ts';
import { ratioText } from './symbol-text.ts';
import type { Venue } from './venue.ts';

const MINUTES = 5;

export interface AveragePrice {
  readonly minutes: number;
  readonly price: string;
  readonly lastTradeMs: number;
}

/** Volume-weighted price of the last five minutes; the last price when nothing traded. */
export function averagePrice(venue: Venue, symbol: string): AveragePrice {
  const text = venue.textOf(symbol);
  const klines = venue.world.klines(symbol, '1m', { limit: MINUTES });
  const lots = klines.reduce((sum, kline) => sum + kline.lots, 0);
  const tickLots = klines.reduce((sum, kline) => sum + kline.quoteTickLots, 0);
  const last = klines.at(-1)?.closeTicks ?? 0;
  const ticks = lots > 0 ? tickLots / lots : last;
  const price = ratioText(ticks * Number(text.spec.tickSize));
  return { minutes: MINUTES, price, lastTradeMs: lastTradeMs(venue.world, symbol) };
}

function lastTradeMs(world: World, symbol: string): number {
  return world.trades(symbol, { limit: 1 }).at(-1)?.timeMs ?? 0;
}
