/** Order lists: five ways to place one, cancelling and asking. */
import { given } from './given.ts';
import { eitherMissing, responseType } from './order-parameters.ts';
import { badCombination } from '../api-error.ts';
import type { NewOrderList } from '../../account/trading.ts';
import type { Query } from '../query.ts';
import { OLD_OCO_PARAMETERS, oldOco } from './old-oco.ts';
import type { AccountCall, AccountRoute } from './account-route.ts';
import { LIST_PARAMETERS, newOrderList } from './list-parameters.ts';
import type { ListKind } from './list-parameters.ts';
import { cancelledListPayload, listPayload, placedPayload } from './order-payloads.ts';
import { checkSpan, listRange, RANGE_PARAMETERS } from './history-range.ts';

const KINDS: readonly ListKind[] = ['OCO', 'OTO', 'OTOCO', 'OPO', 'OPOCO'];

export const LIST_ROUTES: readonly AccountRoute[] = [
  ...KINDS.map((kind) =>
    placeRoute(kind.toLowerCase(), LIST_PARAMETERS[kind], (query, symbol) =>
      newOrderList(kind, query, symbol),
    ),
  ),
  {
    ...placeRoute('', OLD_OCO_PARAMETERS, oldOco),
    path: '/api/v3/order/oco',
    method: 'orderList.place',
  },
  {
    verb: 'DELETE',
    path: '/api/v3/orderList',
    method: 'orderList.cancel',
    security: 'TRADE',
    isWrite: true,
    parameters: ['symbol', 'orderListId', 'listClientOrderId', 'newClientOrderId'],
    weight: () => 1,
    answer: cancelList,
  },
  {
    verb: 'GET',
    path: '/api/v3/orderList',
    method: 'orderList.status',
    security: 'USER_DATA',
    parameters: ['orderListId', 'origClientOrderId'],
    weight: () => 4,
    answer: ({ query, account }) => {
      const orderListId = query.whole('orderListId');
      const origClientOrderId = query.text('origClientOrderId');
      if (orderListId !== undefined) return listPayload(account.list({ orderListId }));
      if (origClientOrderId !== undefined) return listPayload(account.list({ origClientOrderId }));
      throw eitherMissing('orderListId', 'origClientOrderId');
    },
  },
  {
    verb: 'GET',
    path: '/api/v3/allOrderList',
    method: 'allOrderLists',
    security: 'USER_DATA',
    parameters: ['fromId', ...RANGE_PARAMETERS],
    weight: () => 20,
    answer: ({ query, account }) => {
      const range = listRange(query);
      checkSpan(range);
      const fromId = query.whole('fromId');
      if (fromId !== undefined && (range.startMs ?? range.endMs) !== undefined) {
        throw badCombination();
      }
      return account.allLists({ ...range, ...given({ fromId }) }).map(listPayload);
    },
  },
  {
    verb: 'GET',
    path: '/api/v3/openOrderList',
    method: 'openOrderLists.status',
    security: 'USER_DATA',
    parameters: [],
    weight: () => 6,
    answer: ({ account }) => account.openLists().map(listPayload),
  },
];

function placeRoute(
  name: string,
  parameters: readonly string[],
  read: (query: Query, symbol: string) => NewOrderList,
): AccountRoute {
  return {
    verb: 'POST',
    path: `/api/v3/orderList/${name}`,
    method: `orderList.place.${name}`,
    security: 'TRADE',
    isWrite: true,
    parameters,
    weight: () => 1,
    answer: ({ venue, query, account }) => {
      const list = read(query, query.symbol(venue.symbols));
      const { list: state, placed } = account.placeList(list);
      const reports = placed.map((one) => placedPayload(one, responseType(query, one.order.type)));
      return { ...listPayload(state), orderReports: reports };
    },
  };
}

function cancelList({ venue, query, account }: AccountCall): unknown {
  const symbol = query.symbol(venue.symbols);
  const newClientOrderId = query.text('newClientOrderId');
  const orderListId = query.whole('orderListId');
  const listClientOrderId = query.text('listClientOrderId');
  const more = { symbol, ...given({ newClientOrderId }) };
  if (orderListId !== undefined) {
    return cancelledListPayload(account.cancelList({ ...more, orderListId }));
  }
  if (listClientOrderId !== undefined) {
    return cancelledListPayload(account.cancelList({ ...more, listClientOrderId }));
  }
  throw eitherMissing('orderListId', 'listClientOrderId');
}
