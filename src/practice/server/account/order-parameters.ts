/**
 * Parameters of orders as the venue names them. Only form is checked here (characters, precision,
 * words of a closed list); what an order of some type needs and may not have is the engine's.
 */
import type {
  CancelOrder,
  ListLeg,
  NewOrder,
  OrderKey,
  OrderType,
  Side,
  StpMode,
  TradingAccount,
} from '../../account/trading.ts';
import {
  ApiError,
  illegalCharacters,
  invalidParameter,
  mandatoryParameter,
  tooPrecise,
} from '../api-error.ts';
import type { Query } from '../query.ts';
import { given } from './given.ts';

const DECIMAL = /^[0-9]{1,20}(\.[0-9]{1,20})?$/;
const DECIMAL_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const FRACTION_MAX = /^[0-9]+(\.[0-9]{0,8}0*)?$/;
const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/;
const CLIENT_ID_RANGE = '^[a-zA-Z0-9-_]{1,36}$';

const SIDES: readonly Side[] = ['BUY', 'SELL'];
const TYPES: readonly OrderType[] = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];
const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK'] as const;
const STP_MODES: readonly StpMode[] = [
  'NONE',
  'EXPIRE_TAKER',
  'EXPIRE_MAKER',
  'EXPIRE_BOTH',
  'DECREMENT',
];
const RESPONSE_TYPES = ['ACK', 'RESULT', 'FULL'] as const;
const RESTRICTIONS = ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'] as const;

export type ResponseType = (typeof RESPONSE_TYPES)[number];

export const ORDER_PARAMETERS = [
  'symbol',
  'side',
  'type',
  'timeInForce',
  'quantity',
  'quoteOrderQty',
  'price',
  'newClientOrderId',
  'stopPrice',
  'trailingDelta',
  'icebergQty',
  'newOrderRespType',
  'selfTradePreventionMode',
];

export function newOrder(query: Query, symbol: string): NewOrder {
  const type = mandatoryWord(query, 'type', TYPES);
  const side = mandatoryWord(query, 'side', SIDES);
  return given({
    symbol,
    side,
    type,
    timeInForce: word(query, 'timeInForce', TIMES_IN_FORCE),
    quantity: decimal(query, 'quantity'),
    quoteOrderQty: decimal(query, 'quoteOrderQty'),
    price: decimal(query, 'price'),
    stopPrice: decimal(query, 'stopPrice'),
    trailingDelta: query.whole('trailingDelta'),
    icebergQty: decimal(query, 'icebergQty'),
    newClientOrderId: clientId(query, 'newClientOrderId'),
    selfTradePreventionMode: stpMode(query),
  });
}

/** One order of a list: `abovePrice`, `workingTimeInForce`, `pendingAboveStopPrice`, ... */
export function listLeg(query: Query, prefix: string): ListLeg {
  const name = (part: string): string => prefix + part;
  return given({
    type: mandatoryWord(query, name('Type'), TYPES),
    side: word(query, name('Side'), SIDES),
    timeInForce: word(query, name('TimeInForce'), TIMES_IN_FORCE),
    quantity: decimal(query, name('Quantity')),
    price: decimal(query, name('Price')),
    stopPrice: decimal(query, name('StopPrice')),
    trailingDelta: query.whole(name('TrailingDelta')),
    icebergQty: decimal(query, name('IcebergQty')),
    newClientOrderId: clientId(query, name('ClientOrderId')),
  });
}

export function legParameters(prefix: string, hasQuantity: boolean): readonly string[] {
  const parts = ['Type', 'TimeInForce', 'Price', 'StopPrice', 'TrailingDelta', 'IcebergQty'];
  const all = [...parts, 'ClientOrderId', ...(hasQuantity ? ['Quantity'] : [])];
  return all.map((part) => prefix + part);
}

type KeyNames = readonly [id: string, clientId: string];
type Orders = Pick<TradingAccount, 'allOrders'>;

export function orderKey(query: Query, symbol: string, orders: Orders): OrderKey {
  return keyFrom({ query, symbol, orders }, ['orderId', 'origClientOrderId']);
}

export function cancelOrder(query: Query, symbol: string, orders: Orders): CancelOrder {
  return given({
    key: orderKey(query, symbol, orders),
    newClientOrderId: clientId(query, 'newClientOrderId'),
    cancelRestrictions: cancelRestrictions(query),
  });
}

/** The part of a cancelReplace that cancels. */
export function replacedOrder(query: Query, symbol: string, orders: Orders): CancelOrder {
  return given({
    key: keyFrom({ query, symbol, orders }, ['cancelOrderId', 'cancelOrigClientOrderId']),
    newClientOrderId: clientId(query, 'cancelNewClientOrderId'),
    cancelRestrictions: cancelRestrictions(query),
  });
}

/** When both are given the order is found by its id, and the client id must then be its own. */
function keyFrom(
  { query, symbol, orders }: { query: Query; symbol: string; orders: Orders },
  [idName, clientName]: KeyNames,
): OrderKey {
  const orderId = query.whole(idName);
  const origClientOrderId = clientId(query, clientName);
  if (orderId === undefined) {
    if (origClientOrderId !== undefined) return { symbol, origClientOrderId };
    throw eitherMissing(idName, clientName);
  }
  const found = orders.allOrders({ symbol, orderId, limit: 1 })[0];
  const isOther =
    origClientOrderId !== undefined &&
    found?.orderId === orderId &&
    found.clientOrderId !== origClientOrderId;
  if (isOther) throw new ApiError(-2039, 'Client order ID is not correct for this order ID.');
  return { symbol, orderId };
}

export function eitherMissing(one: string, other: string): ApiError {
  return new ApiError(
    -1102,
    `Param '${one}' or '${other}' must be sent, but both were empty/null!`,
  );
}

export function responseType(query: Query, type: OrderType | undefined): ResponseType {
  const asked = word(query, 'newOrderRespType', RESPONSE_TYPES);
  return asked ?? (type === 'MARKET' || type === 'LIMIT' ? 'FULL' : 'ACK');
}

export function stpMode(query: Query): StpMode | undefined {
  return word(query, 'selfTradePreventionMode', STP_MODES);
}

export function timeInForce(query: Query, name: string): NewOrder['timeInForce'] {
  return word(query, name, TIMES_IN_FORCE);
}

export function mandatorySide(query: Query, name: string): Side {
  return mandatoryWord(query, name, SIDES);
}

export function mandatoryDecimal(query: Query, name: string): string {
  const value = decimal(query, name);
  if (value === undefined) throw mandatoryParameter(name);
  return value;
}

export function decimal(query: Query, name: string): string | undefined {
  const text = query.text(name);
  if (text === undefined) return undefined;
  if (!DECIMAL.test(text)) throw illegalCharacters(name, DECIMAL_RANGE);
  if (!FRACTION_MAX.test(text)) throw tooPrecise(name);
  return text;
}

export function clientId(query: Query, name: string): string | undefined {
  const text = query.text(name);
  if (text !== undefined && !CLIENT_ID.test(text)) throw illegalCharacters(name, CLIENT_ID_RANGE);
  return text;
}

export function word<T extends string>(
  query: Query,
  name: string,
  words: readonly T[],
): T | undefined {
  const text = query.text(name);
  if (text === undefined) return undefined;
  const found = words.find((one) => one === text);
  if (found === undefined) throw badWord(name);
  return found;
}

function mandatoryWord<T extends string>(query: Query, name: string, words: readonly T[]): T {
  const found = word(query, name, words);
  if (found === undefined) throw mandatoryParameter(name);
  return found;
}

function cancelRestrictions(query: Query): (typeof RESTRICTIONS)[number] | undefined {
  const text = query.text('cancelRestrictions');
  if (text === undefined) return undefined;
  const found = RESTRICTIONS.find((one) => one === text);
  if (found === undefined) throw new ApiError(-1145, 'Invalid cancelRestrictions');
  return found;
}

/** Three kinds of words have codes of their own, in lists too (`aboveType`, `workingSide`). */
function badWord(name: string): ApiError {
  if (/side$/i.test(name)) return new ApiError(-1117, 'Invalid side.');
  if (/timeInForce$/i.test(name)) return new ApiError(-1115, 'Invalid timeInForce.');
  if (/^type$|[a-z]Type$/.test(name) && name !== 'newOrderRespType') {
    return new ApiError(-1116, 'Invalid orderType.');
  }
  return invalidParameter(name);
}
