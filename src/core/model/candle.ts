import { z } from 'zod';

/**
 * One closed candle. Prices in quote per base, volume in base; float64, for analysis only: money
 * never comes from a candle. `openMs` is the start of the period; it ends just before
 * `openMs + timeframeMs`. A candle without trades repeats the last close with volume 0.
 */
export const Candle = z.strictObject({
  openMs: z.int().nonnegative(),
  open: z.number().positive(),
  high: z.number().positive(),
  low: z.number().positive(),
  close: z.number().positive(),
  volume: z.number().nonnegative(),
});
export type Candle = Readonly<z.output<typeof Candle>>;
