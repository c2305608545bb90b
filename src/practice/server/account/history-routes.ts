/** What the account's orders and trades are and were. */
import { noSuchOrder } from '../../account/refusals.ts';
import type { OrderState } from '../../account/trading.ts';
import { badCombination } from '../api-error.ts';
import type { AccountCall, AccountRoute } from './account-route.ts';
import { given } from './given.ts';
import { checkSpan, listRange, RANGE_PARAMETERS } from './history-range.ts';
import { orderKey } from './order-parameters.ts';
import { eight, orderPayload, tradePayload } from './order-payloads.ts';
import { lagOf } from './query-lag.ts';

const PATHS = {
  order: '/api/v3/order',
  openOrders: '/api/v3/openOrders',
  allOrders: '/api/v3/allOrders',
  myTrades: '/api/v3/myTrades',
} as const;

export const HISTORY_ROUTES: readonly AccountRoute[] = [
  {
    verb: 'GET',
    path: PATHS.order,
    method: 'order.status',
    security: 'USER_DATA',
    parameters: ['symbol', 'orderId', 'origClientOrderId'],
    weight: () => 4,
    answer: queryOrder,
  },
  {
    verb: 'GET',
    path: PATHS.openOrders,
    method: 'openOrders.status',
    security: 'USER_DATA',
    parameters: ['symbol'],
    weight: (query) => (query.has('symbol') ? 6 : 80),
    answer: (call) => {
      const { venue, query, account } = call;
      const symbol = query.has('symbol') ? query.symbol(venue.symbols) : undefined;
      return found(call, PATHS.openOrders, symbol, account.openOrders(symbol));
    },
  },
  {
    verb: 'GET',
    path: PATHS.allOrders,
    method: 'allOrders',
    security: 'USER_DATA',
    parameters: ['symbol', 'orderId', ...RANGE_PARAMETERS],
    weight: () => 20,
    answer: (call) => {
      const { venue, query, account } = call;
      const symbol = query.symbol(venue.symbols);
      const range = listRange(query);
      checkSpan(range);
      const orderId = query.whole('orderId');
      const orders = account.allOrders({ symbol, ...range, ...given({ orderId }) });
      return found(call, PATHS.allOrders, symbol, orders);
    },
  },
  {
    verb: 'GET',
    path: PATHS.myTrades,
    method: 'myTrades',
    security: 'USER_DATA',
    parameters: ['symbol', 'orderId', 'fromId', ...RANGE_PARAMETERS],
    weight: (query) => (query.has('orderId') ? 5 : 20),
    answer: myTrades,
  },
  {
    verb: 'GET',
    path: '/api/v3/myPreventedMatches',
    method: 'myPreventedMatches',
    security: 'USER_DATA',
    parameters: ['symbol', 'preventedMatchId', 'orderId', 'fromPreventedMatchId', 'limit'],
    weight: (query) => (query.has('orderId') ? 20 : 2),
    answer: preventedMatches,
  },
  {
    // Only smart order routing makes allocations, and this exchange has none.
    verb: 'GET',
    path: '/api/v3/myAllocations',
    method: 'myAllocations',
    security: 'USER_DATA',
    parameters: ['symbol', 'fromAllocationId', 'orderId', ...RANGE_PARAMETERS],
    weight: () => 20,
    answer: ({ venue, query }) => {
      query.symbol(venue.symbols);
      checkSpan(listRange(query));
      return [];
    },
  },
];

function queryOrder({ venue, query, account }: AccountCall): unknown {
  const symbol = query.symbol(venue.symbols);
  const order = account.order(orderKey(query, symbol, account));
  const isLagging = lagOf(venue, { route: PATHS.order, verb: 'GET', symbol, side: order.side });
  if (isLagging(order.timeMs)) throw noSuchOrder();
  return orderPayload(order);
}

function found(
  { venue }: AccountCall,
  route: string,
  symbol: string | undefined,
  orders: readonly OrderState[],
): unknown {
  const isLagging = lagOf(venue, { route, verb: 'GET', symbol });
  return orders.filter((order) => !isLagging(order.timeMs)).map(orderPayload);
}

function myTrades({ venue, query, account }: AccountCall): unknown {
  const symbol = query.symbol(venue.symbols);
  const range = listRange(query);
  checkSpan(range);
  const orderId = query.whole('orderId');
  const fromId = query.whole('fromId');
  const hasTime = (range.startMs ?? range.endMs) !== undefined;
  if (hasTime && (fromId ?? orderId) !== undefined) throw badCombination();
  const isLagging = lagOf(venue, { route: PATHS.myTrades, verb: 'GET', symbol });
  return account
    .trades({ symbol, ...range, ...given({ orderId, fromId }) })
    .filter((trade) => !isLagging(trade.timeMs))
    .map(tradePayload);
}

function preventedMatches({ venue, query, account }: AccountCall): unknown {
  const symbol = query.symbol(venue.symbols);
  const preventedMatchId = query.whole('preventedMatchId');
  const orderId = query.whole('orderId');
  const fromId = query.whole('fromPreventedMatchId');
  // By one match, or by an order and perhaps from a match on: nothing else.
  const isByMatch = preventedMatchId !== undefined;
  if (isByMatch === (orderId !== undefined) || (isByMatch && fromId !== undefined)) {
    throw badCombination();
  }
  const limit = query.limit(500, 1000);
  return account
    .preventedMatches({ symbol, limit, ...given({ preventedMatchId, orderId, fromId }) })
    .map((match) => ({
      symbol: match.symbol,
      preventedMatchId: match.id,
      takerOrderId: match.takerOrderId,
      makerSymbol: match.symbol,
      makerOrderId: match.makerOrderId,
      tradeGroupId: -1,
      selfTradePreventionMode: match.mode,
      price: eight(match.price),
      ...(match.takerQty === undefined ? {} : { takerPreventedQuantity: eight(match.takerQty) }),
      ...(match.makerQty === undefined ? {} : { makerPreventedQuantity: eight(match.makerQty) }),
      transactTime: match.timeMs,
    }));
}
