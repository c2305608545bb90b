import { z } from 'zod';
import { DecimalText } from './decimal-text.ts';
import { Pair } from './pair.ts';

/** An open position: what the desk's own fills bought and have not sold. Average cost, fees in. */
export const Position = z.strictObject({
  account: z.string(),
  pair: Pair,
  qty: DecimalText,
  averagePrice: DecimalText,
  costQuote: DecimalText,
  realisedQuote: DecimalText,
  feesQuote: DecimalText,
  stopPrice: DecimalText.optional(),
  targetPrice: DecimalText.optional(),
  openedMs: z.int(),
  updatedMs: z.int(),
});
export type Position = Readonly<z.output<typeof Position>>;
