import { z } from 'zod';
import { DecimalText } from './decimal-text.ts';
import { Pair } from './pair.ts';

/**
 * What a venue allows for one pair, from its filters. A field the venue does not state is absent:
 * no limit is invented.
 */
export const Instrument = z.strictObject({
  pair: Pair,
  venueSymbol: z.string(),
  base: z.string(),
  quote: z.string(),
  status: z.enum(['trading', 'cancel-only', 'halted', 'unknown']),
  tickSize: DecimalText,
  stepSize: DecimalText,
  minQty: DecimalText,
  maxQty: DecimalText.optional(),
  marketStepSize: DecimalText.optional(),
  marketMinQty: DecimalText.optional(),
  marketMaxQty: DecimalText.optional(),
  minPrice: DecimalText.optional(),
  maxPrice: DecimalText.optional(),
  minNotional: DecimalText,
  maxNotional: DecimalText.optional(),
  /** Limit price bounds as multiples of the average price, by side. */
  bidPriceUp: DecimalText.optional(),
  bidPriceDown: DecimalText.optional(),
  askPriceUp: DecimalText.optional(),
  askPriceDown: DecimalText.optional(),
  maxOpenOrders: z.int().optional(),
  maxAlgoOrders: z.int().optional(),
  maxOrderLists: z.int().optional(),
  hasOco: z.boolean(),
  hasTrailingStop: z.boolean(),
});
export type Instrument = Readonly<z.output<typeof Instrument>>;
