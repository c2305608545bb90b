import { type Decimal, format, parse, ZERO } from '#core/money/decimal.ts';
import type { OrderSide, OrderType } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import { isEnded } from '#core/orders/transitions.ts';
import type { OrderTicket, VenueOrder } from '#exchange/trading/trading-venue.ts';
import type { Hold } from './model-funds.ts';

/** An order at the model venue, with what it still holds of the account. */
export interface ModelOrder {
  readonly pair: Pair;
  readonly venueOrderId: number;
  readonly clientOrderId: string;
  readonly listId: string | undefined;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: 'gtc' | 'ioc' | 'fok';
  readonly price: Decimal | undefined;
  readonly trailingDeltaBps: number | undefined;
  readonly createdMs: number;
  /** Zero while it waits for what the working order of its list receives. */
  qty: Decimal;
  stopPrice: Decimal | undefined;
  /** Highest price since a trailing stop began to follow; undefined before. */
  top: Decimal | undefined;
  status: Exclude<VenueOrder['status'], 'other'>;
  filledQty: Decimal;
  filledQuote: Decimal;
  reason: string;
  atMs: number;
  hold: Hold | undefined;
}

export function modelOrder(
  ticket: OrderTicket,
  at: {
    readonly id: number;
    readonly listId?: string;
    readonly nowMs: number;
    readonly isPending?: boolean;
  },
): ModelOrder {
  const { pair, clientOrderId, side, type, timeInForce } = ticket;
  return {
    pair,
    venueOrderId: at.id,
    clientOrderId,
    listId: at.listId,
    side,
    type,
    timeInForce,
    price: ticket.price === undefined ? undefined : parse(ticket.price),
    stopPrice: ticket.stopPrice === undefined ? undefined : parse(ticket.stopPrice),
    trailingDeltaBps: ticket.trailingDeltaBps,
    createdMs: at.nowMs,
    qty: at.isPending === true ? ZERO : parse(ticket.qty),
    top: undefined,
    status: at.isPending === true ? 'pending-new' : 'open',
    filledQty: ZERO,
    filledQuote: ZERO,
    reason: '',
    atMs: at.nowMs,
    hold: undefined,
  };
}

export function isLive(order: ModelOrder): boolean {
  return !isEnded(order.status);
}

/** Waiting for a price, as opposed to lying in the book. */
export function isStop({ type }: Pick<ModelOrder, 'type'>): boolean {
  return type.startsWith('stop-loss') || type.startsWith('take-profit');
}

export function leftOf(order: ModelOrder): Decimal {
  return order.qty.minus(order.filledQty);
}

export function venueOrder(order: ModelOrder): VenueOrder {
  const { pair, clientOrderId, listId, side, type, status, reason, atMs } = order;
  return {
    pair,
    venueOrderId: String(order.venueOrderId),
    clientOrderId,
    listId,
    side,
    type,
    status,
    qty: order.qty.gt(ZERO) ? format(order.qty) : undefined,
    price: order.price && format(order.price),
    stopPrice: order.stopPrice && format(order.stopPrice),
    filledQty: format(order.filledQty),
    filledQuote: format(order.filledQuote),
    reason,
    atMs,
  };
}
