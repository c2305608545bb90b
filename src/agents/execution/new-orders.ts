import type { DecimalText } from '#core/model/decimal-text.ts';
import type { IntentId } from '#core/model/intent.ts';
import type { Order, OrderLeg } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import { clientOrderId } from '#core/orders/client-order-id.ts';
import type { Protection } from '#core/orders/pair-plan.ts';
import { hashId } from '#platform/ids.ts';

const NOTHING = '0' as DecimalText;

/** What all orders of one step share. */
export interface OrderContext {
  readonly deskId: string;
  readonly account: string;
  readonly pair: Pair;
  readonly intentId: IntentId;
  readonly attempt: number;
  readonly nowMs: number;
}

/** A buy that takes what is there up to its limit and ends. */
export function entryOrder(
  context: OrderContext,
  input: { readonly qty: DecimalText; readonly limitPrice: DecimalText },
): Order {
  const { qty, limitPrice: price } = input;
  return { ...blank(context, 'entry'), side: 'buy', type: 'limit', timeInForce: 'ioc', qty, price };
}

export function saleOrder(
  context: OrderContext,
  input: { readonly qty: DecimalText; readonly leg: 'exit' | 'flatten' },
): Order {
  const { qty, leg } = input;
  return { ...blank(context, leg), side: 'sell', type: 'market', timeInForce: 'gtc', qty };
}

/** The stop and the target of a position; each ends the other. */
export function exitList(
  context: OrderContext,
  protection: Protection,
  qty: DecimalText,
): { readonly stop: Order; readonly target: Order } {
  const stop = stopOrder(context, protection, qty);
  const listId = stop.clientOrderId;
  const target: Order = {
    ...blank(context, 'target'),
    side: 'sell',
    type: 'limit-maker',
    timeInForce: 'gtc',
    qty,
    price: protection.targetPrice,
    listId,
  };
  return { stop: { ...stop, listId }, target };
}

export function stopOrder(context: OrderContext, protection: Protection, qty: DecimalText): Order {
  const { stopPrice, trailingFraction } = protection;
  return {
    ...blank(context, 'stop'),
    side: 'sell',
    type: 'stop-loss',
    timeInForce: 'gtc',
    qty,
    stopPrice,
    ...(trailingFraction !== undefined && { trailingFraction }),
  };
}

function blank(context: OrderContext, leg: OrderLeg) {
  const { deskId, account, pair, intentId, attempt, nowMs } = context;
  return {
    clientOrderId: clientOrderId({ deskId, intentId, leg, attempt }, hashId),
    intentId,
    account,
    pair,
    leg,
    attempt,
    status: 'created',
    filledQty: NOTHING,
    filledQuote: NOTHING,
    createdMs: nowMs,
    updatedMs: nowMs,
  } as const;
}
