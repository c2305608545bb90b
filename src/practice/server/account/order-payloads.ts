/** Orders, trades and lists as the REST and WebSocket APIs answer them (rest-api.md, July 2026). */
import type {
  Cancelled,
  CancelledList,
  ListState,
  OrderState,
  OwnTrade,
  Placed,
} from '../../account/trading.ts';
import type { ResponseType } from './order-parameters.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Plain decimal text with the venue's eight decimals. */
export function eight(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(8, '0').slice(0, 8)}`;
}

/** The answer to a placed order. */
export function placedPayload({ order, trades }: Placed, type: ResponseType): Fields {
  const ack = {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: order.clientOrderId,
    transactTime: order.updateTimeMs,
  };
  if (type === 'ACK') return ack;
  const result = { ...ack, ...amounts(order), ...conditional(order), ...working(order) };
  return type === 'RESULT' ? result : { ...result, fills: trades.map(fill) };
}

/** The answer to a cancelled order: its own client id is the original one here. */
export function cancelledPayload({ order, cancelId }: Cancelled): Fields {
  return {
    symbol: order.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: cancelId,
    transactTime: order.updateTimeMs,
    ...amounts(order),
    ...conditional(order),
    selfTradePreventionMode: order.selfTradePreventionMode,
  };
}

export function orderPayload(order: OrderState): Fields {
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: order.clientOrderId,
    ...amounts(order),
    stopPrice: eight(order.stopPrice ?? '0'),
    icebergQty: eight(order.icebergQty ?? '0'),
    time: order.timeMs,
    updateTime: order.updateTimeMs,
    isWorking: order.isWorking,
    ...working(order),
    ...expiry(order),
    ...trailing(order),
  };
}

export function listPayload(list: ListState): Fields {
  return {
    orderListId: list.orderListId,
    contingencyType: list.contingencyType,
    listStatusType: list.listStatusType,
    listOrderStatus: list.listOrderStatus,
    listClientOrderId: list.listClientOrderId,
    transactionTime: list.transactionTimeMs,
    symbol: list.symbol,
    orders: list.orders.map(({ symbol, orderId, clientOrderId }) => ({
      symbol,
      orderId,
      clientOrderId,
    })),
  };
}

export function cancelledListPayload({ list, orders }: CancelledList): Fields {
  return { ...listPayload(list), orderReports: orders.map(cancelledPayload) };
}

export function tradePayload(trade: OwnTrade): Fields {
  return {
    symbol: trade.symbol,
    id: trade.id,
    orderId: trade.orderId,
    orderListId: trade.orderListId,
    price: eight(trade.price),
    qty: eight(trade.qty),
    quoteQty: eight(trade.quoteQty),
    commission: eight(trade.commission),
    commissionAsset: trade.commissionAsset,
    time: trade.timeMs,
    isBuyer: trade.isBuyer,
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}

function amounts(order: OrderState): Fields {
  return {
    price: eight(order.price),
    origQty: eight(order.quantity),
    executedQty: eight(order.executedQty),
    origQuoteOrderQty: eight(order.quoteOrderQty),
    cummulativeQuoteQty: eight(order.cumulativeQuoteQty),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

function working(order: OrderState): Fields {
  return {
    workingTime: order.workingTimeMs ?? -1,
    selfTradePreventionMode: order.selfTradePreventionMode,
  };
}

/** Fields an answer to a command has only where they mean something. */
function conditional(order: OrderState): Fields {
  return {
    ...(order.stopPrice === undefined ? {} : { stopPrice: eight(order.stopPrice) }),
    ...(order.icebergQty === undefined ? {} : { icebergQty: eight(order.icebergQty) }),
    ...trailing(order),
    ...expiry(order),
  };
}

function trailing(order: OrderState): Fields {
  if (order.trailingDelta === undefined) return {};
  return { trailingDelta: order.trailingDelta, trailingTime: order.trailingTimeMs ?? -1 };
}

function expiry(order: OrderState): Fields {
  return {
    ...(order.preventedMatchId === undefined
      ? {}
      : {
          preventedMatchId: order.preventedMatchId,
          preventedQuantity: eight(order.preventedQty),
        }),
    ...(order.expiryReason === undefined ? {} : { expiryReason: order.expiryReason }),
  };
}

function fill(trade: OwnTrade): Fields {
  return {
    price: eight(trade.price),
    qty: eight(trade.qty),
    commission: eight(trade.commission),
    commissionAsset: trade.commissionAsset,
    tradeId: trade.id,
  };
}
