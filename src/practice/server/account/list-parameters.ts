/** Parameters of the five kinds of order lists (rest-api.md, "Order lists"). */
import type { NewOrderList } from '../../account/trading.ts';
import type { Query } from '../query.ts';
import { given } from './given.ts';
import {
  clientId,
  legParameters,
  listLeg,
  mandatoryDecimal,
  mandatorySide,
  stpMode,
} from './order-parameters.ts';

export type ListKind = NewOrderList['kind'];

const COMMON = ['symbol', 'listClientOrderId', 'newOrderRespType', 'selfTradePreventionMode'];
const WORKING = ['workingSide', ...legParameters('working', true)];
const PENDING_PAIR = [
  'pendingSide',
  ...legParameters('pendingAbove', false),
  ...legParameters('pendingBelow', false),
];

export const LIST_PARAMETERS: Readonly<Record<ListKind, readonly string[]>> = {
  OCO: [
    ...COMMON,
    'side',
    'quantity',
    ...legParameters('above', false),
    ...legParameters('below', false),
  ],
  OTO: [...COMMON, ...WORKING, 'pendingSide', ...legParameters('pending', true)],
  OPO: [...COMMON, ...WORKING, 'pendingSide', ...legParameters('pending', false)],
  OTOCO: [...COMMON, ...WORKING, ...PENDING_PAIR, 'pendingQuantity'],
  OPOCO: [...COMMON, ...WORKING, ...PENDING_PAIR],
};

export function newOrderList(kind: ListKind, query: Query, symbol: string): NewOrderList {
  const common = given({
    symbol,
    listClientOrderId: clientId(query, 'listClientOrderId'),
    selfTradePreventionMode: stpMode(query),
  });
  switch (kind) {
    case 'OCO':
      return {
        ...common,
        kind,
        side: mandatorySide(query, 'side'),
        quantity: mandatoryDecimal(query, 'quantity'),
        above: listLeg(query, 'above'),
        below: listLeg(query, 'below'),
      };
    case 'OTO':
      mandatoryDecimal(query, 'pendingQuantity');
      return { ...common, kind, ...pair(query) };
    case 'OPO':
      return { ...common, kind, ...pair(query) };
    case 'OTOCO': {
      const pendingQuantity = mandatoryDecimal(query, 'pendingQuantity');
      return { ...common, kind, ...triple(query), pendingQuantity };
    }
    case 'OPOCO':
      return { ...common, kind, ...triple(query) };
  }
}

function pair(query: Query) {
  mandatorySide(query, 'pendingSide');
  return { working: workingLeg(query), pending: listLeg(query, 'pending') };
}

function triple(query: Query) {
  return {
    working: workingLeg(query),
    pendingSide: mandatorySide(query, 'pendingSide'),
    pendingAbove: listLeg(query, 'pendingAbove'),
    pendingBelow: listLeg(query, 'pendingBelow'),
  };
}

function workingLeg(query: Query) {
  mandatorySide(query, 'workingSide');
  mandatoryDecimal(query, 'workingPrice');
  mandatoryDecimal(query, 'workingQuantity');
  return listLeg(query, 'working');
}
