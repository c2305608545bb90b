/** The habits of makers and takers, shared by the live market and its history. */
import type { Coin } from './symbols.ts';

/** Sigma of the logarithm of a taker's size: most are small, a few eat several levels. */
export const TAKER_SIZE_SPREAD = 1.1;

/** Half the distance between best bid and ask as a fraction; wider when prices move fast. */
export function halfSpread(coin: Coin, activity: number): number {
  // 0.2 bp for BTC, up to 1 bp for the least traded: what Binance's books show.
  const calm = 1e-4 / coin.takersPerSecond;
  return calm * Math.sqrt(activity);
}

/** Takers a second; they come in crowds when prices move. */
export function takersMean(coin: Coin, activity: number): number {
  return coin.takersPerSecond * Math.min(4, Math.max(0.6, activity));
}
