import { z } from 'zod';
import { compare, format, mul } from '#core/money/decimal.ts';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Pair } from '#core/model/pair.ts';
import type { OrderType } from '#core/model/order.ts';
import { decimalOf } from '../decimal.ts';
import type { VenueOrder, VenueTrade } from './trading-venue.ts';

/**
 * Orders and executions in ccxt's unified form. The client keeps numbers as the text that the venue
 * sent; a float, where a venue's class makes one all the same, becomes the shortest text.
 */
const Amount = z.union([z.number(), z.string()]).transform((value, context) => {
  const text = DecimalText.safeParse(value);
  if (text.success) return format(text.data);
  const number = Number(value);
  if (value !== '' && Number.isFinite(number)) return format(decimalOf(number));
  context.addIssue('expected a number');
  return z.NEVER;
});
const Fee = z.looseObject({ cost: Amount.nullish(), currency: z.string().nullish() });

export const GenericOrder = z.looseObject({
  id: z.string().min(1),
  clientOrderId: z.string().nullish(),
  symbol: Pair,
  timestamp: z.int().nullish(),
  lastUpdateTimestamp: z.int().nullish(),
  lastTradeTimestamp: z.int().nullish(),
  status: z.string().nullish(),
  type: z.string().nullish(),
  postOnly: z.boolean().nullish(),
  side: z.enum(['buy', 'sell']),
  price: Amount.nullish(),
  triggerPrice: Amount.nullish(),
  amount: Amount.nullish(),
  filled: Amount.nullish(),
  cost: Amount.nullish(),
});
export type GenericOrder = z.output<typeof GenericOrder>;

export const GenericTrade = z.looseObject({
  id: z.string().min(1),
  order: z.string().min(1),
  symbol: Pair,
  timestamp: z.int(),
  side: z.enum(['buy', 'sell']),
  takerOrMaker: z.enum(['taker', 'maker']).nullish(),
  price: Amount,
  amount: Amount,
  cost: Amount.nullish(),
  /** Money that cannot be left out: a trade without it is not understood. */
  fee: Fee.refine(({ cost, currency }) => typeof cost === 'string' && typeof currency === 'string'),
});

const ZERO = DecimalText.parse('0');

export function orderFrom(order: GenericOrder): VenueOrder {
  const qty = positive(order.amount);
  const filledQty = order.filled ?? ZERO;
  return {
    pair: order.symbol,
    venueOrderId: order.id,
    clientOrderId: order.clientOrderId ?? '',
    listId: undefined,
    side: order.side,
    type: typeFrom(order),
    status: statusFrom(order.status, qty, filledQty),
    qty,
    price: positive(order.price),
    stopPrice: positive(order.triggerPrice),
    filledQty,
    filledQuote: order.cost ?? ZERO,
    reason: '',
    atMs: order.lastUpdateTimestamp ?? order.lastTradeTimestamp ?? order.timestamp ?? 0,
  };
}

export function tradeFrom(trade: z.output<typeof GenericTrade>): VenueTrade {
  const { price, amount: qty, fee } = trade;
  return {
    pair: trade.symbol,
    kind: 'trade',
    venueTradeId: trade.id,
    venueOrderId: trade.order,
    clientOrderId: undefined,
    side: trade.side,
    price,
    qty,
    quoteQty: trade.cost ?? format(mul(price, qty)),
    fee: fee.cost ?? ZERO,
    feeAsset: fee.currency ?? '',
    isMaker: trade.takerOrMaker === 'maker',
    atMs: trade.timestamp,
  };
}

function typeFrom({ type, postOnly, triggerPrice }: GenericOrder): VenueOrder['type'] {
  const plain: OrderType | undefined =
    type === 'market' ? 'market' : type === 'limit' ? 'limit' : undefined;
  if (plain === undefined) return 'other';
  if (positive(triggerPrice) !== undefined)
    return plain === 'market' ? 'stop-loss' : 'stop-loss-limit';
  return plain === 'limit' && postOnly === true ? 'limit-maker' : plain;
}

function statusFrom(
  status: string | null | undefined,
  qty: DecimalText | undefined,
  filledQty: DecimalText,
): VenueOrder['status'] {
  switch (status) {
    case 'open':
      return compare(filledQty, ZERO) > 0 ? 'partly-filled' : 'open';
    case 'closed':
      // Over although not all of it was executed: an immediate order that found no more.
      return qty !== undefined && compare(filledQty, qty) < 0 ? 'expired' : 'filled';
    case 'canceled':
      return 'cancelled';
    case 'expired':
    case 'rejected':
      return status;
    default:
      return 'other';
  }
}

function positive(amount: DecimalText | null | undefined): DecimalText | undefined {
  return amount !== null && amount !== undefined && compare(amount, ZERO) > 0 ? amount : undefined;
}
