/** Placing, testing, replacing and cancelling single orders. */
import type { CancelAnswer, Placed } from '../../account/trading.ts';
import { ApiError, mandatoryParameter } from '../api-error.ts';
import { attempt } from '../attempt.ts';
import type { AccountCall, AccountRoute } from './account-route.ts';
import { BNB_DISCOUNT } from '../../account/rules.ts';
import {
  cancelOrder,
  newOrder,
  ORDER_PARAMETERS,
  replacedOrder,
  responseType,
  word,
} from './order-parameters.ts';
import type { ResponseType } from './order-parameters.ts';
import { cancelledListPayload, cancelledPayload, eight, placedPayload } from './order-payloads.ts';

const REPLACE_MODES = ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const;
const LIMIT_MODES = ['DO_NOTHING', 'CANCEL_ONLY'] as const;
const TOO_MANY_ORDERS = -1015;
const TEST_WEIGHT_WITH_RATES = 20;

export const ORDER_ROUTES: readonly AccountRoute[] = [
  {
    verb: 'POST',
    path: '/api/v3/order',
    method: 'order.place',
    security: 'TRADE',
    isWrite: true,
    parameters: ORDER_PARAMETERS,
    weight: () => 1,
    answer: ({ venue, query, account }) => {
      const order = newOrder(query, query.symbol(venue.symbols));
      const type = responseType(query, order.type);
      return placedPayload(account.place(order), type);
    },
  },
  {
    verb: 'POST',
    path: '/api/v3/order/test',
    method: 'order.test',
    security: 'TRADE',
    parameters: [...ORDER_PARAMETERS, 'computeCommissionRates'],
    weight: (query) =>
      query.text('computeCommissionRates') === 'true' ? TEST_WEIGHT_WITH_RATES : 1,
    answer: testOrder,
  },
  {
    verb: 'DELETE',
    path: '/api/v3/order',
    method: 'order.cancel',
    security: 'TRADE',
    isWrite: true,
    parameters: [
      'symbol',
      'orderId',
      'origClientOrderId',
      'newClientOrderId',
      'cancelRestrictions',
    ],
    weight: () => 1,
    answer: ({ venue, query, account }) => {
      const cancel = cancelOrder(query, query.symbol(venue.symbols), account);
      return cancelAnswer(account.cancel(cancel));
    },
  },
  {
    verb: 'POST',
    path: '/api/v3/order/cancelReplace',
    method: 'order.cancelReplace',
    security: 'TRADE',
    isWrite: true,
    parameters: [
      ...ORDER_PARAMETERS,
      'cancelReplaceMode',
      'cancelNewClientOrderId',
      'cancelOrigClientOrderId',
      'cancelOrderId',
      'cancelRestrictions',
      'orderRateLimitExceededMode',
    ],
    weight: () => 1,
    answer: cancelReplace,
  },
  {
    verb: 'DELETE',
    path: '/api/v3/openOrders',
    method: 'openOrders.cancelAll',
    security: 'TRADE',
    isWrite: true,
    parameters: ['symbol'],
    weight: () => 1,
    answer: ({ venue, query, account }) => {
      const { orders, lists } = account.cancelAll(query.symbol(venue.symbols));
      return [...orders.map(cancelledPayload), ...lists.map(cancelledListPayload)];
    },
  },
];

function testOrder({ venue, query, account }: AccountCall): unknown {
  account.test(newOrder(query, query.symbol(venue.symbols)));
  if (query.text('computeCommissionRates') !== 'true') return {};
  const { makerFraction, takerFraction, paysInBnb } = account.view();
  const none = { maker: eight('0'), taker: eight('0') };
  return {
    standardCommissionForOrder: { maker: eight(makerFraction), taker: eight(takerFraction) },
    specialCommissionForOrder: none,
    taxCommissionForOrder: none,
    discount: {
      enabledForAccount: paysInBnb,
      enabledForSymbol: true,
      discountAsset: BNB_DISCOUNT.asset,
      discount: eight(BNB_DISCOUNT.discount),
    },
  };
}

/** Cancelling one order of a list cancels the list, and the answer is the list's. */
function cancelAnswer({ cancelled, list }: CancelAnswer): unknown {
  return list === undefined ? cancelledPayload(cancelled) : cancelledListPayload(list);
}

function cancelReplace({ venue, query, account }: AccountCall): unknown {
  const symbol = query.symbol(venue.symbols);
  const mode = word(query, 'cancelReplaceMode', REPLACE_MODES);
  if (mode === undefined) throw mandatoryParameter('cancelReplaceMode');
  const isCancelOnly = word(query, 'orderRateLimitExceededMode', LIMIT_MODES) === 'CANCEL_ONLY';
  const order = newOrder(query, symbol);
  const type = responseType(query, order.type);
  const cancel = replacedOrder(query, symbol, account);
  const done = attempt(() => account.cancelReplace({ cancel, order, mode }));
  if (!(done instanceof ApiError)) return replaced(done.cancelled, done.placed, type);
  const isTooMany = done.code === TOO_MANY_ORDERS;
  if (!isTooMany || !isCancelOnly) throw done;
  const cancelled = attempt(() => account.cancel(cancel));
  // "STOP_ON_FAILURE ... 429" (the table of rest-api.md, unfilled order count exceeded).
  const status = mode === 'STOP_ON_FAILURE' ? 429 : undefined;
  const isNotTried = cancelled instanceof ApiError && mode === 'STOP_ON_FAILURE';
  return replaced(cancelled, isNotTried ? undefined : done, type, status);
}

function replaced(
  cancelled: CancelAnswer | ApiError,
  placed: Placed | ApiError | undefined,
  type: ResponseType,
  status?: number,
): unknown {
  const data = {
    cancelResult: cancelled instanceof ApiError ? 'FAILURE' : 'SUCCESS',
    newOrderResult: newOrderResult(placed),
    cancelResponse: cancelled instanceof ApiError ? cancelled.view() : cancelAnswer(cancelled),
    newOrderResponse: placed instanceof ApiError ? placed.view() : newOrderAnswer(placed, type),
  };
  const isCancelled = data.cancelResult === 'SUCCESS';
  const isPlaced = data.newOrderResult === 'SUCCESS';
  if (isCancelled && isPlaced) return data;
  if (isCancelled || isPlaced) {
    throw new ApiError(-2021, 'Order cancel-replace partially failed.', status ?? 409, data);
  }
  throw new ApiError(-2022, 'Order cancel-replace failed.', status ?? 400, data);
}

function newOrderResult(placed: Placed | ApiError | undefined): string {
  if (placed === undefined) return 'NOT_ATTEMPTED';
  return placed instanceof ApiError ? 'FAILURE' : 'SUCCESS';
}

function newOrderAnswer(placed: Placed | undefined, type: ResponseType): unknown {
  return placed === undefined ? null : placedPayload(placed, type);
}
