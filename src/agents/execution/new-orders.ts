import type { DecimalText } from '#core/model/decimal-text.ts';
import type { IntentId } from '#core/model/intent.ts';
import type { Order, OrderLeg } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import { clientOrderId } from '#core/orders/client-order-id.ts';
import type { Protection } from '#core/orders/pair-view.ts';

const NOTHING = '0' as DecimalText;

/** What all orders of one step share. */
export interface OrderContext {
  /** What the ids of the orders of this intent begin with. */
  readonly idStem: string;
  readonly account: string;
  readonly pair: Pair;
  readonly intentId: IntentId;
  readonly attempt: number;
  /** The venue trails stops; else the desk moves them. */
  readonly hasTrailingStop: boolean;
  readonly nowMs: number;
}

interface Priced {
  readonly qty: DecimalText;
  readonly price: DecimalText;
}

/** A buy that takes what is there up to its limit and ends; `fok`: all of it or nothing. */
export function takingEntry(
  context: OrderContext,
  { qty, price, timeInForce }: Priced & { readonly timeInForce: 'ioc' | 'fok' },
): Order {
  return { ...blank(context, 'entry'), side: 'buy', type: 'limit', timeInForce, qty, price };
}

/** A buy that waits in the book and never takes. */
export function restingEntry(context: OrderContext, { qty, price }: Priced): Order {
  const type = 'limit-maker';
  return { ...blank(context, 'entry'), side: 'buy', type, timeInForce: 'gtc', qty, price };
}

/** A sale at once: what a limit allows, or at market. */
export function saleOrder(
  context: OrderContext,
  input: {
    readonly qty: DecimalText;
    readonly leg: 'exit' | 'flatten';
    readonly limitPrice: DecimalText | undefined;
  },
): Order {
  const { qty, leg, limitPrice: price } = input;
  const sale = { ...blank(context, leg), side: 'sell', qty } as const;
  if (price === undefined) return { ...sale, type: 'market', timeInForce: 'gtc' };
  return { ...sale, type: 'limit', timeInForce: 'ioc', price };
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
  const { trailingFraction } = protection;
  const stopPrice = protection.placedStopPrice ?? protection.stopPrice;
  return {
    ...blank(context, 'stop'),
    side: 'sell',
    type: 'stop-loss',
    timeInForce: 'gtc',
    qty,
    stopPrice,
    ...(trailingFraction !== undefined && context.hasTrailingStop && { trailingFraction }),
  };
}

function blank(context: OrderContext, leg: OrderLeg) {
  const { idStem, account, pair, intentId, attempt, nowMs } = context;
  return {
    clientOrderId: clientOrderId(idStem, leg, attempt),
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
