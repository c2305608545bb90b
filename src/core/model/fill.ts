import { z } from 'zod';
import { DecimalText } from './decimal-text.ts';
import { ClientOrderId, OrderSide } from './order.ts';
import { Pair } from './pair.ts';

/**
 * One execution. Unique by account, pair, kind, venue trade id and order id: stream, poll and
 * reconciliation insert the same row.
 */
export const Fill = z.strictObject({
  account: z.string(),
  pair: Pair,
  kind: z.enum(['trade', 'allocation']),
  venueTradeId: z.string(),
  clientOrderId: ClientOrderId,
  side: OrderSide,
  price: DecimalText,
  qty: DecimalText,
  /** price x qty as the venue states it. */
  quoteQty: DecimalText,
  fee: DecimalText,
  feeAsset: z.string(),
  liquidity: z.enum(['maker', 'taker']),
  atMs: z.int(),
});
export type Fill = Readonly<z.output<typeof Fill>>;
