/**
 * What an order book says beside its best prices. Levels are `[price, quantity]`, best first, as
 * float64: figures of analysis, no money.
 */
import type { MarketFeatures } from '#core/model/market-features.ts';

export type BookLevel = readonly [price: number, qty: number];

export interface BookLevels {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

export type BookFeatures = Pick<
  MarketFeatures,
  'spreadFraction' | 'imbalance' | 'micropriceFraction' | 'depthBidQuote' | 'depthAskQuote'
>;

/** Levels within this fraction of the mid count: what an order of the desk's size meets first. */
const NEAR_FRACTION = 0.002;

/**
 * Returns undefined for a book without both sides or with crossed ones.
 *
 * Microprice: the mid weighted by the opposite side's best quantity,
 * (bid x askQty + ask x bidQty) / (bidQty + askQty) (Gatheral and Oomen 2010; Stoikov 2018 calls it the
 * weighted mid). Imbalance: (bid notional - ask notional) / (bid + ask notional), levels within
 * 0.2 % of the mid, each weighing less by its distance (Cont, Kukanov and Stoikov 2014 on why the side
 * with more depth is the side the price leaves least).
 */
export function bookFeatures({ bids, asks }: BookLevels): BookFeatures | undefined {
  const [bid, bidQty] = bids[0] ?? NOTHING;
  const [ask, askQty] = asks[0] ?? NOTHING;
  if (!(bid > 0) || !(ask > bid) || !(bidQty > 0) || !(askQty > 0)) return undefined;
  const mid = (bid + ask) / 2;
  const below = nearMid(bids, mid);
  const above = nearMid(asks, mid);
  const microprice = (bid * askQty + ask * bidQty) / (bidQty + askQty);
  const weighed = below.weighed + above.weighed;
  return {
    spreadFraction: (ask - bid) / mid,
    imbalance: weighed > 0 ? (below.weighed - above.weighed) / weighed : 0,
    micropriceFraction: (microprice - mid) / mid,
    depthBidQuote: below.quote,
    depthAskQuote: above.quote,
  };
}

const NOTHING: BookLevel = [0, 0];

function nearMid(levels: readonly BookLevel[], mid: number): { quote: number; weighed: number } {
  let quote = 0;
  let weighed = 0;
  for (const [price, qty] of levels) {
    const distance = Math.abs(price - mid) / mid;
    if (distance > NEAR_FRACTION) break;
    const notional = price * qty;
    quote += notional;
    weighed += notional * (1 - distance / NEAR_FRACTION);
  }
  return { quote, weighed };
}
