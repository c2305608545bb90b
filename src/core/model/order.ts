import { z } from 'zod';
import { DecimalText } from './decimal-text.ts';
import { IntentId } from './intent.ts';
import { Pair } from './pair.ts';

/** Desk tag + hash(intent) + leg + attempt: at most 32 alphanumerics, so every venue takes it. */
export const ClientOrderId = z
  .string()
  .regex(/^[0-9A-Za-z]{1,32}$/)
  .brand<'ClientOrderId'>();
export type ClientOrderId = z.output<typeof ClientOrderId>;

/** The venue's view of an order. `created` = in our ledger, not yet known to the venue. */
export const OrderStatus = z.enum([
  'created',
  'pending-new',
  'open',
  'triggered',
  'partly-filled',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'expired-in-match',
]);
export type OrderStatus = z.output<typeof OrderStatus>;

export const OrderSide = z.enum(['buy', 'sell']);
export type OrderSide = z.output<typeof OrderSide>;

export const OrderType = z.enum([
  'market',
  'limit',
  'limit-maker',
  'stop-loss',
  'stop-loss-limit',
  'take-profit',
  'take-profit-limit',
]);
export type OrderType = z.output<typeof OrderType>;

/** What the order is for. `stop` and `target` are the two legs of a protective OCO. */
export const OrderLeg = z.enum(['entry', 'exit', 'stop', 'target', 'flatten']);
export type OrderLeg = z.output<typeof OrderLeg>;

export const Order = z.strictObject({
  clientOrderId: ClientOrderId,
  intentId: IntentId,
  account: z.string(),
  pair: Pair,
  side: OrderSide,
  type: OrderType,
  leg: OrderLeg,
  attempt: z.int().nonnegative(),
  timeInForce: z.enum(['gtc', 'ioc', 'fok']),
  /** Base quantity. */
  qty: DecimalText,
  /** Limit price; absent for market and plain stops. */
  price: DecimalText.optional(),
  stopPrice: DecimalText.optional(),
  /** Distance a trailing stop keeps below the highest price, as a fraction. */
  trailingFraction: z.number().positive().optional(),
  /** Orders with the same list id cancel each other (OCO). */
  listId: z.string().optional(),
  status: OrderStatus,
  filledQty: DecimalText,
  filledQuote: DecimalText,
  venueOrderId: z.string().optional(),
  createdMs: z.int(),
  updatedMs: z.int(),
});
export type Order = Readonly<z.output<typeof Order>>;
