import { z } from 'zod';
import { amountText } from './amount.ts';
import type { Units } from './amount.ts';
import type { OrderState } from './trading.ts';

/** Amounts in the journal are whole units as text. */
export const UnitsText = z
  .string()
  .regex(/^-?\d+$/)
  .transform((text) => BigInt(text));

export const SideText = z.enum(['BUY', 'SELL']);
export const OrderTypeText = z.enum([
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
]);
export const StpModeText = z.enum([
  'NONE',
  'EXPIRE_TAKER',
  'EXPIRE_MAKER',
  'EXPIRE_BOTH',
  'DECREMENT',
]);

/**
 * An order as the exchange keeps it. `stage` is where it is: `pending` waits for the working order
 * of its list, `waiting` for its trigger, `book` rests in the engine, `done` has ended.
 */
export const OrderRecord = z.object({
  uid: z.number(),
  symbol: z.string(),
  orderId: z.number(),
  orderListId: z.number(),
  clientOrderId: z.string(),
  side: SideText,
  type: OrderTypeText,
  timeInForce: z.enum(['GTC', 'IOC', 'FOK']),
  status: z.enum([
    'NEW',
    'PENDING_NEW',
    'PARTIALLY_FILLED',
    'FILLED',
    'CANCELED',
    'REJECTED',
    'EXPIRED',
    'EXPIRED_IN_MATCH',
  ]),
  stage: z.enum(['pending', 'waiting', 'book', 'done']),
  qty: UnitsText,
  quoteOrderQty: UnitsText,
  price: UnitsText,
  stopPrice: UnitsText.optional(),
  trailingDelta: z.number().optional(),
  /** Of a trailing stop that follows the price: the best price since it does. */
  extreme: UnitsText.optional(),
  /** What a buy locks per unit of base. */
  lockPrice: UnitsText,
  executed: UnitsText,
  quote: UnitsText,
  prevented: UnitsText,
  stpMode: StpModeText,
  isWorking: z.boolean(),
  timeMs: z.number(),
  updateTimeMs: z.number(),
  workingTimeMs: z.number().optional(),
  trailingTimeMs: z.number().optional(),
  expiryReason: z
    .enum([
      'REJECTED',
      'EXCHANGE_CANCELED',
      'OCO_TRIGGER',
      'OTO_PHASE_ONE_EXPIRED',
      'UNFILLED_IOC_QUANTITY_EXPIRED',
      'UNFILLED_FOK_ORDER_EXPIRED',
      'INSUFFICIENT_LIQUIDITY',
      'EXECUTION_RULE_PRICE_RANGE_EXCEEDED',
    ])
    .optional(),
  preventedMatchId: z.number().optional(),
});
export type OrderRecord = z.output<typeof OrderRecord>;

/** What may still execute. */
export function remaining(order: OrderRecord): Units {
  return order.qty - order.executed - order.prevented;
}

export function isOpen(order: OrderRecord): boolean {
  return order.stage !== 'done';
}

export function isContingent(order: Pick<OrderRecord, 'type'>): boolean {
  return order.type.startsWith('STOP_LOSS') || order.type.startsWith('TAKE_PROFIT');
}

/** Whether it is a market order once it works. */
export function isMarket(order: Pick<OrderRecord, 'type'>): boolean {
  return order.type === 'MARKET' || order.type === 'STOP_LOSS' || order.type === 'TAKE_PROFIT';
}

export function orderKey(of: { readonly symbol: string; readonly orderId: number }): string {
  return `${of.symbol}:${of.orderId}`;
}

export function stateOf(order: OrderRecord): OrderState {
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: order.clientOrderId,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    status: order.status,
    quantity: amountText(order.qty),
    quoteOrderQty: amountText(order.quoteOrderQty),
    price: amountText(order.price),
    stopPrice: order.stopPrice === undefined ? undefined : amountText(order.stopPrice),
    trailingDelta: order.trailingDelta,
    icebergQty: undefined,
    executedQty: amountText(order.executed),
    cumulativeQuoteQty: amountText(order.quote),
    preventedQty: amountText(order.prevented),
    selfTradePreventionMode: order.stpMode,
    isWorking: order.isWorking,
    timeMs: order.timeMs,
    updateTimeMs: order.updateTimeMs,
    workingTimeMs: order.workingTimeMs,
    trailingTimeMs: order.trailingTimeMs,
    expiryReason: order.expiryReason,
    preventedMatchId: order.preventedMatchId,
  };
}
