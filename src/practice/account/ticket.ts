import {
  ApiError,
  badCombination,
  illegalCharacters,
  invalidParameter,
  mandatoryParameter,
} from '../server/api-error.ts';
import { readAmount } from './amount.ts';
import type { Units } from './amount.ts';
import { isContingent, isMarket } from './order-record.ts';
import { notRequired, rejected } from './refusals.ts';
import { DEFAULT_STP_MODE } from './rules.ts';
import type { NewOrder, OrderType, Side, StpMode } from './trading.ts';

/** A new order with its parameters read and found complete; not yet held against any rule. */
export interface Ticket {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
  readonly qty: Units;
  readonly quoteOrderQty: Units;
  readonly price: Units;
  readonly stopPrice: Units | undefined;
  readonly trailingDelta: number | undefined;
  readonly clientOrderId: string | undefined;
  readonly stpMode: StpMode;
}

type Parameter = keyof NewOrder;

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;

/** `hasQuantity` is false for a pending order whose quantity the working order decides. */
export function readTicket(order: NewOrder, hasQuantity = true): Ticket {
  checkParameters(order, hasQuantity);
  const amount = (name: 'quantity' | 'quoteOrderQty' | 'price' | 'stopPrice'): Units => {
    const text = order[name];
    return text === undefined ? 0n : readAmount(name, text);
  };
  const delta = order.trailingDelta;
  if (delta !== undefined && !Number.isSafeInteger(delta)) throw invalidParameter('trailingDelta');
  return {
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce ?? 'GTC',
    qty: amount('quantity'),
    quoteOrderQty: amount('quoteOrderQty'),
    price: amount('price'),
    stopPrice: order.stopPrice === undefined ? undefined : amount('stopPrice'),
    trailingDelta: delta,
    clientOrderId: readClientId('newClientOrderId', order.newClientOrderId),
    stpMode: order.selfTradePreventionMode ?? DEFAULT_STP_MODE,
  };
}

export function readClientId(name: string, text: string | undefined): string | undefined {
  if (text !== undefined && !CLIENT_ID.test(text)) {
    throw illegalCharacters(name, '^[\\.A-Z\\:/a-z0-9_-]{1,36}$');
  }
  return text;
}

/** What each type needs and what it may not have (rest-api.md, New order). */
function checkParameters(order: NewOrder, hasQuantity: boolean): void {
  const has = (name: Parameter): boolean => order[name] !== undefined;
  const need = (name: Parameter): void => {
    if (!has(name)) throw mandatoryParameter(name);
  };
  const forbid = (...names: Parameter[]): void => {
    for (const name of names) if (has(name)) throw notRequired(name);
  };
  if (has('icebergQty')) throw rejected('Iceberg orders are not supported for this symbol.');
  if (order.type === 'LIMIT' || order.type.endsWith('_LIMIT')) need('timeInForce');
  else forbid('timeInForce');
  if (!hasQuantity) forbid('quantity', 'quoteOrderQty');
  else if (order.type === 'MARKET') checkMarketQuantity(order);
  else need('quantity');
  if (order.type !== 'MARKET') forbid('quoteOrderQty');
  if (isMarket(order)) forbid('price');
  else need('price');
  if (!isContingent(order)) forbid('stopPrice', 'trailingDelta');
  else if (!has('stopPrice') && !has('trailingDelta')) throw eitherOf('stopPrice', 'trailingDelta');
}

function checkMarketQuantity(order: NewOrder): void {
  const { quantity, quoteOrderQty } = order;
  if (quantity !== undefined && quoteOrderQty !== undefined) throw badCombination();
  if (quantity === undefined && quoteOrderQty === undefined) {
    throw eitherOf('quantity', 'quoteOrderQty');
  }
}

function eitherOf(one: string, other: string): ApiError {
  const words = `Param '${one}' or '${other}' must be sent, but both were empty/null!`;
  return new ApiError(-1102, words);
}
