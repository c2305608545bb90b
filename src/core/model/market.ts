import { z } from 'zod';
import { DecimalText } from './decimal-text.ts';
import { Pair } from './pair.ts';

const Level = z.tuple([DecimalText, DecimalText]);

/** Best bid and ask. `atMs` is the venue's time, `receivedMs` ours (corrected to the venue). */
export const Quote = z.strictObject({
  pair: Pair,
  bid: DecimalText,
  bidQty: DecimalText,
  ask: DecimalText,
  askQty: DecimalText,
  atMs: z.int(),
  receivedMs: z.int(),
});
export type Quote = Readonly<z.output<typeof Quote>>;

/** The best levels of one order book, best first, `[price, quantity]`. */
export const OrderBook = z.strictObject({
  pair: Pair,
  bids: z.array(Level),
  asks: z.array(Level),
  updateId: z.int(),
  atMs: z.int(),
  receivedMs: z.int(),
});
export type OrderBook = Readonly<z.output<typeof OrderBook>>;

/** A public trade. `id` rises by one per aggregated trade of a pair, so a gap can be seen. */
export const PublicTrade = z.strictObject({
  pair: Pair,
  id: z.int().nonnegative(),
  price: DecimalText,
  qty: DecimalText,
  takerSide: z.enum(['buy', 'sell']),
  atMs: z.int(),
});
export type PublicTrade = Readonly<z.output<typeof PublicTrade>>;
