/**
 * The OCO of before 2024, still served and marked deprecated (rest-api.md, "New OCO"): one limit
 * and one stop, named by what they are, not by where they lie.
 */
import type { ListLeg, NewOrderList } from '../../account/trading.ts';
import type { Query } from '../query.ts';
import { given } from './given.ts';
import {
  clientId,
  decimal,
  mandatoryDecimal,
  mandatorySide,
  stpMode,
  timeInForce,
} from './order-parameters.ts';

export const OLD_OCO_PARAMETERS = [
  'symbol',
  'listClientOrderId',
  'side',
  'quantity',
  'limitClientOrderId',
  'price',
  'stopClientOrderId',
  'stopPrice',
  'trailingDelta',
  'stopLimitPrice',
  'stopLimitTimeInForce',
  'newOrderRespType',
  'selfTradePreventionMode',
];

export function oldOco(query: Query, symbol: string): NewOrderList {
  const side = mandatorySide(query, 'side');
  const limit: ListLeg = given({
    type: 'LIMIT_MAKER' as const,
    price: mandatoryDecimal(query, 'price'),
    newClientOrderId: clientId(query, 'limitClientOrderId'),
  });
  const stopLimitPrice = decimal(query, 'stopLimitPrice');
  const stop: ListLeg = given({
    type: stopLimitPrice === undefined ? ('STOP_LOSS' as const) : ('STOP_LOSS_LIMIT' as const),
    price: stopLimitPrice,
    stopPrice: decimal(query, 'stopPrice'),
    trailingDelta: query.whole('trailingDelta'),
    timeInForce: timeInForce(query, 'stopLimitTimeInForce'),
    newClientOrderId: clientId(query, 'stopClientOrderId'),
  });
  return {
    ...given({
      listClientOrderId: clientId(query, 'listClientOrderId'),
      selfTradePreventionMode: stpMode(query),
    }),
    symbol,
    kind: 'OCO',
    side,
    quantity: mandatoryDecimal(query, 'quantity'),
    above: side === 'SELL' ? limit : stop,
    below: side === 'SELL' ? stop : limit,
  };
}
