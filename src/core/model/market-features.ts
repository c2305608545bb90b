import { z } from 'zod';

const side = z.number().min(-1).max(1);

/**
 * What the order book and the trades of a pair looked like when a candle closed. Figures of analysis,
 * no money. They travel with the evaluation, so that a decision is a function of its own input.
 */
export const MarketFeatures = z.strictObject({
  /** (ask - bid) / mid. */
  spreadFraction: z.number().nonnegative(),
  /** Notional near the bid over that near the ask: 1 all bids, -1 all asks. */
  imbalance: side,
  /** (microprice - mid) / mid. */
  micropriceFraction: z.number(),
  /** Quote amount that rests close to the mid, either side. */
  depthBidQuote: z.number().nonnegative(),
  depthAskQuote: z.number().nonnegative(),
  /** Taker buys less taker sells over both, recent ones counting more. */
  flow: side,
  /** The notional that the flow was taken from. */
  flowQuote: z.number().nonnegative(),
  /** Age of the book when the candle closed. */
  bookAgeMs: z.number().nonnegative(),
});
export type MarketFeatures = Readonly<z.output<typeof MarketFeatures>>;
