import { z } from 'zod';
import { compare, format, mul, round } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { OrderSide, OrderType } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import { VenueDecimal, VenueInt } from '../decimal.ts';
import type { VenueOrder, VenueTrade } from './trading-venue.ts';

/**
 * Orders as a Binance-shaped venue writes them in answers: REST and WebSocket API alike. A side that
 * is neither of two makes the whole answer unreadable; a type or status nobody knows becomes
 * `other`, and whoever acts on it says so.
 */

/** Whole numbers that may be larger than a float holds. */
export const VenueId = z.union([z.int(), z.string().regex(/^-?\d+$/)]).transform(String);
/** The venue's amounts without trailing zeros, so that equal ones are equal text. */
export const VenueAmount = VenueDecimal.transform((text) => format(text));
export const VenueSide = z.enum(['BUY', 'SELL']);

const Execution = z.looseObject({
  price: VenueAmount,
  qty: VenueAmount,
  commission: VenueAmount,
  commissionAsset: z.string(),
  tradeId: VenueId,
});

export const OrderPayload = z.looseObject({
  symbol: z.string(),
  orderId: VenueId,
  orderListId: VenueId.optional(),
  clientOrderId: z.string(),
  /** Of a cancel: the id the order had; `clientOrderId` is then the cancel's own. */
  origClientOrderId: z.string().optional(),
  side: VenueSide,
  type: z.string(),
  status: z.string(),
  /** Absent while an exit of a bracket waits for its entry. */
  origQty: VenueAmount.optional(),
  price: VenueAmount.optional(),
  stopPrice: VenueAmount.optional(),
  executedQty: VenueAmount,
  /** Below zero for some very old orders. */
  cummulativeQuoteQty: VenueAmount,
  transactTime: VenueInt.optional(),
  updateTime: VenueInt.optional(),
  time: VenueInt.optional(),
  workingTime: z.int().optional(),
  isWorking: z.boolean().optional(),
  expiryReason: z.string().optional(),
  fills: z.array(Execution).optional(),
});
export type OrderPayload = z.output<typeof OrderPayload>;

export const ListPayload = z.looseObject({
  orderListId: VenueId,
  orderReports: z.array(OrderPayload).min(1),
});

export const TradePayload = z.looseObject({
  id: VenueId,
  orderId: VenueId,
  price: VenueAmount,
  qty: VenueAmount,
  quoteQty: VenueAmount,
  commission: VenueAmount,
  commissionAsset: z.string(),
  time: VenueInt,
  isBuyer: z.boolean(),
  isMaker: z.boolean(),
});

/** Binance keeps eight places of every asset. */
const QUOTE_PLACES = 8;

export function orderOf(pair: Pair, payload: OrderPayload): VenueOrder {
  const { type, status, workingTime, isWorking } = payload;
  const orderType = typeOf(type);
  return {
    pair,
    venueOrderId: payload.orderId,
    clientOrderId: payload.origClientOrderId ?? payload.clientOrderId,
    listId: listIdOf(payload.orderListId),
    side: sideOf(payload.side),
    type: orderType,
    status: statusOf(status, {
      type: orderType,
      isWorking: workingTime === undefined ? (isWorking ?? false) : workingTime > 0,
    }),
    qty: positive(payload.origQty),
    price: positive(payload.price),
    stopPrice: positive(payload.stopPrice),
    filledQty: payload.executedQty,
    filledQuote: payload.cummulativeQuoteQty,
    reason: payload.expiryReason ?? '',
    atMs: payload.updateTime ?? payload.transactTime ?? payload.time ?? 0,
  };
}

/** The executions in a full answer. It lists only what was taken from the book at once. */
export function tradesIn(pair: Pair, payload: OrderPayload): readonly VenueTrade[] {
  return (payload.fills ?? []).map((fill) => ({
    pair,
    kind: 'trade',
    venueTradeId: fill.tradeId,
    venueOrderId: payload.orderId,
    clientOrderId: payload.origClientOrderId ?? payload.clientOrderId,
    side: sideOf(payload.side),
    price: fill.price,
    qty: fill.qty,
    // The one figure that a full answer leaves out; elsewhere the venue states it so.
    quoteQty: format(round(mul(fill.price, fill.qty), QUOTE_PLACES, 'down')),
    fee: fill.commission,
    feeAsset: fill.commissionAsset,
    isMaker: false,
    atMs: payload.transactTime ?? payload.updateTime ?? 0,
  }));
}

export function tradeOf(pair: Pair, payload: z.output<typeof TradePayload>): VenueTrade {
  return {
    pair,
    kind: 'trade',
    venueTradeId: payload.id,
    venueOrderId: payload.orderId,
    clientOrderId: undefined,
    side: payload.isBuyer ? 'buy' : 'sell',
    price: payload.price,
    qty: payload.qty,
    quoteQty: payload.quoteQty,
    fee: payload.commission,
    feeAsset: payload.commissionAsset,
    isMaker: payload.isMaker,
    atMs: payload.time,
  };
}

export function sideOf(side: z.output<typeof VenueSide>): OrderSide {
  return side === 'BUY' ? 'buy' : 'sell';
}

const TYPES: Readonly<Record<string, OrderType>> = {
  MARKET: 'market',
  LIMIT: 'limit',
  LIMIT_MAKER: 'limit-maker',
  STOP_LOSS: 'stop-loss',
  STOP_LOSS_LIMIT: 'stop-loss-limit',
  TAKE_PROFIT: 'take-profit',
  TAKE_PROFIT_LIMIT: 'take-profit-limit',
};

export function typeOf(type: string): VenueOrder['type'] {
  return TYPES[type] ?? 'other';
}

const WAIT_FOR_A_PRICE: ReadonlySet<VenueOrder['type']> = new Set([
  'stop-loss',
  'stop-loss-limit',
  'take-profit',
  'take-profit-limit',
]);

export function statusOf(
  status: string,
  order: { readonly type: VenueOrder['type']; readonly isWorking: boolean },
): VenueOrder['status'] {
  switch (status) {
    case 'NEW':
      // A stop on the book has met its price.
      return WAIT_FOR_A_PRICE.has(order.type) && order.isWorking ? 'triggered' : 'open';
    case 'PENDING_NEW':
      return 'pending-new';
    case 'PARTIALLY_FILLED':
      return 'partly-filled';
    case 'FILLED':
      return 'filled';
    case 'CANCELED':
      return 'cancelled';
    case 'REJECTED':
      return 'rejected';
    case 'EXPIRED':
      return 'expired';
    case 'EXPIRED_IN_MATCH':
      return 'expired-in-match';
    default:
      return 'other';
  }
}

/** Zero stands for "has none". */
export function positive(amount: DecimalText | undefined): DecimalText | undefined {
  return amount !== undefined && compare(amount, '0' as DecimalText) > 0 ? amount : undefined;
}

export function listIdOf(orderListId: string | undefined): string | undefined {
  return orderListId === '-1' ? undefined : orderListId;
}
