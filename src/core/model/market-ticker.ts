import { z } from 'zod';
import { Pair } from './pair.ts';

/**
 * What a venue says of one pair over the last 24 hours. Float64, for choosing and judging: no order
 * is ever priced from it. What a venue leaves out is absent.
 */
export const MarketTicker = z.strictObject({
  pair: Pair,
  last: z.number().positive(),
  bid: z.number().positive().optional(),
  ask: z.number().positive().optional(),
  /** Traded in 24 hours, in the quote asset. */
  quoteVolume24h: z.number().nonnegative(),
  /** Last price over that of 24 hours ago, minus one. */
  changeFraction24h: z.number().min(-1),
  high24h: z.number().positive().optional(),
  low24h: z.number().positive().optional(),
  atMs: z.int().nonnegative(),
});
export type MarketTicker = Readonly<z.output<typeof MarketTicker>>;
