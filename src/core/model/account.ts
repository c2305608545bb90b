import { z } from 'zod';
import { DecimalText } from './decimal-text.ts';
import { Halt } from './halt.ts';
import { Pair } from './pair.ts';

/** The account as the ledger and the marks have it. Amounts in the desk's quote asset. */
export const AccountSummary = z.strictObject({
  account: z.string(),
  quoteAsset: z.string(),
  atMs: z.int(),
  cashQuote: DecimalText,
  heldQuote: DecimalText,
  positionsQuote: DecimalText,
  equityQuote: DecimalText,
  startEquityQuote: DecimalText,
  peakEquityQuote: DecimalText,
  drawdownFraction: z.number().nonnegative(),
  dayPnlQuote: DecimalText,
  feesQuote: DecimalText,
  exposureFraction: z.number().nonnegative(),
  openPositions: z.int().nonnegative(),
  /** Losing round trips in a row; absent in what an older process has told. */
  lossesInRow: z.int().nonnegative().optional(),
  halts: z.array(Halt),
  /** Pairs whose mark is stale: drawdown is frozen and entries wait while there is one. */
  stalePairs: z.array(Pair),
});
export type AccountSummary = Readonly<z.output<typeof AccountSummary>>;
