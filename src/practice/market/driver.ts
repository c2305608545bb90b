import type { LiquidityBoard } from './liquidity.ts';
import type { PriceShocks } from './price-shocks.ts';
import type { SymbolMarket } from './symbol-market.ts';

/** What moves a world: the synthetic market or a replay. */
export interface Driver {
  readonly markets: readonly SymbolMarket[];
  /** Brings the market to the clock's time. */
  readonly step: (nowMs: number) => void;
  /** Synthetic market only: what was recorded moves as it did. */
  readonly shocks?: PriceShocks;
  /** Synthetic market only. */
  readonly liquidity?: LiquidityBoard;
  /** Replay only: maps served time to recorded time. */
  readonly recordedTime?: (servedMs: number) => number;
}

/** Time moves in slices, so what happens does not depend on how often a driver is stepped. */
export const SLICE_MS = 50;

/** Behind by more than this a market does not trade through the time it missed. */
export const CATCH_UP_MS_MAX = 10_000;

export function sliceStart(ms: number): number {
  return Math.floor(ms / SLICE_MS) * SLICE_MS;
}
