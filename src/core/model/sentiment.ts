import { z } from 'zod';

/** The whole market in the place of a coin. */
export const MARKET = 'MARKET';

/** What people write about one coin, as it counts now: older words have faded. */
export const CoinSentiment = z.strictObject({
  /** Ticker, or `MARKET`. */
  coin: z.string().min(1).max(20),
  /** -1 bad to 1 good. */
  score: z.number().min(-1).max(1),
  confidence: z.number().min(0).max(1),
  /** Texts that speak of it, faded by age. */
  mentions: z.number().nonnegative(),
  /** Score now less the score of a day ago; absent while there was none. */
  changeDay: z.number().min(-2).max(2).optional(),
  atMs: z.int(),
  sources: z
    .array(z.strictObject({ source: z.string().max(40), score: z.number(), mentions: z.number() }))
    .max(20),
});
export type CoinSentiment = Readonly<z.output<typeof CoinSentiment>>;
