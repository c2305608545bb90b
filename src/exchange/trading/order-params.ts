import type { OrderSide, OrderType } from '#core/model/order.ts';
import type { BracketTicket, ExitsTicket, OrderName, OrderTicket } from './trading-venue.ts';

/**
 * Tickets as parameters of a Binance-shaped venue. Every order names its client id, asks for the full
 * answer, says what happens on a self trade (the taker ends) and never uses SOR.
 */
export type Params = Readonly<Record<string, string | number>>;

const COMMON: Params = { newOrderRespType: 'FULL', selfTradePreventionMode: 'EXPIRE_TAKER' };

const TYPES: Readonly<Record<OrderType, string>> = {
  market: 'MARKET',
  limit: 'LIMIT',
  'limit-maker': 'LIMIT_MAKER',
  'stop-loss': 'STOP_LOSS',
  'stop-loss-limit': 'STOP_LOSS_LIMIT',
  'take-profit': 'TAKE_PROFIT',
  'take-profit-limit': 'TAKE_PROFIT_LIMIT',
};

/** The others are told that the parameter was sent when not required. */
const WITH_TIME_IN_FORCE: ReadonlySet<OrderType> = new Set([
  'limit',
  'stop-loss-limit',
  'take-profit-limit',
]);

export function orderParams(symbol: string, ticket: OrderTicket): Params {
  return {
    symbol,
    side: sideText(ticket.side),
    ...legParams(ticket, plain),
    quantity: ticket.qty,
    newClientOrderId: ticket.clientOrderId,
    ...COMMON,
  };
}

export function exitsParams(symbol: string, { listClientOrderId, above, below }: ExitsTicket) {
  return {
    symbol,
    listClientOrderId,
    side: sideText(above.side),
    quantity: above.qty,
    ...leg('above', above),
    ...leg('below', below),
    ...COMMON,
  } satisfies Params;
}

/** The exits carry no quantity: the venue takes what the entry brings (OPOCO). */
export function bracketParams(symbol: string, ticket: BracketTicket): Params {
  const { listClientOrderId, entry, above, below } = ticket;
  return {
    symbol,
    listClientOrderId,
    workingSide: sideText(entry.side),
    workingQuantity: entry.qty,
    ...leg('working', entry),
    pendingSide: sideText(above.side),
    ...leg('pendingAbove', above),
    ...leg('pendingBelow', below),
    ...COMMON,
  };
}

export function cancelParams(symbol: string, order: OrderName): Params {
  return 'clientOrderId' in order
    ? { symbol, origClientOrderId: order.clientOrderId }
    : { symbol, orderId: order.venueOrderId };
}

export function cancelReplaceParams(symbol: string, old: OrderName, ticket: OrderTicket): Params {
  return {
    ...orderParams(symbol, ticket),
    cancelReplaceMode: 'STOP_ON_FAILURE',
    // What has filled in part is not replaced: the next order's quantity was reckoned without it.
    cancelRestrictions: 'ONLY_NEW',
    ...('clientOrderId' in old
      ? { cancelOrigClientOrderId: old.clientOrderId }
      : { cancelOrderId: old.venueOrderId }),
  };
}

function leg(prefix: string, ticket: OrderTicket): Params {
  const name = (field: string): string => prefix + field.charAt(0).toUpperCase() + field.slice(1);
  return { ...legParams(ticket, name), [name('clientOrderId')]: ticket.clientOrderId };
}

function plain(field: string): string {
  return field;
}

function legParams(ticket: OrderTicket, name: (field: string) => string): Params {
  const { type, timeInForce, price, stopPrice, trailingDeltaBps } = ticket;
  const params: Record<string, string | number> = { [name('type')]: TYPES[type] };
  if (WITH_TIME_IN_FORCE.has(type)) params[name('timeInForce')] = timeInForce.toUpperCase();
  if (price !== undefined) params[name('price')] = price;
  if (stopPrice !== undefined) params[name('stopPrice')] = stopPrice;
  if (trailingDeltaBps !== undefined) params[name('trailingDelta')] = trailingDeltaBps;
  return params;
}

function sideText(side: OrderSide): string {
  return side === 'buy' ? 'BUY' : 'SELL';
}
