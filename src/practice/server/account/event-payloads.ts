/** Events of an account's own stream as JSON text (user-data-stream.md, July 2026). */
import type { AccountEvent, Balance, ListState, OwnTrade } from '../../account/trading.ts';
import { eight } from './order-payloads.ts';

type Execution = Extract<AccountEvent, { kind: 'execution' }>;

/** `eventMs` is when the server says it; the event has the time of what happened itself. */
export function eventPayload(event: AccountEvent, eventMs: number): string {
  switch (event.kind) {
    case 'execution':
      return JSON.stringify(executionReport(event, eventMs));
    case 'list':
      return JSON.stringify(listStatus(event.list, event.timeMs, eventMs));
    case 'position':
      return JSON.stringify(position(event.balances, event.timeMs, eventMs));
    case 'balance':
      return JSON.stringify({
        e: 'balanceUpdate',
        E: eventMs,
        a: event.asset,
        d: eight(event.delta),
        T: event.timeMs,
      });
  }
}

export function streamTerminatedPayload(eventMs: number): string {
  return JSON.stringify({ e: 'eventStreamTerminated', E: eventMs });
}

function executionReport(event: Execution, eventMs: number): unknown {
  const { order } = event;
  return {
    e: 'executionReport',
    E: eventMs,
    s: order.symbol,
    c: order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: eight(order.quantity),
    p: eight(order.price),
    P: eight(order.stopPrice ?? '0'),
    F: eight(order.icebergQty ?? '0'),
    g: order.orderListId,
    C: event.originalClientOrderId,
    x: event.executionType,
    X: order.status,
    r: event.rejectReason,
    i: order.orderId,
    z: eight(order.executedQty),
    T: event.timeMs,
    I: event.executionId,
    w: order.isWorking,
    O: order.timeMs,
    Z: eight(order.cumulativeQuoteQty),
    Q: eight(order.quoteOrderQty),
    V: order.selfTradePreventionMode,
    ...execution(event.trade),
    ...conditional(event),
  };
}

/** The last execution; of other events all nothing. */
function execution(trade: OwnTrade | undefined): Record<string, unknown> {
  if (trade === undefined) {
    const none = eight('0');
    return { l: none, L: none, n: '0', N: null, t: -1, m: false, M: false, Y: none };
  }
  return {
    l: eight(trade.qty),
    L: eight(trade.price),
    n: eight(trade.commission),
    N: trade.commissionAsset,
    t: trade.id,
    m: trade.isMaker,
    M: true,
    Y: eight(trade.quoteQty),
  };
}

function conditional({ order, prevented }: Execution): Record<string, unknown> {
  return {
    ...(order.workingTimeMs === undefined ? {} : { W: order.workingTimeMs }),
    ...(order.trailingDelta === undefined
      ? {}
      : { d: order.trailingDelta, D: order.trailingTimeMs ?? -1 }),
    ...(order.expiryReason === undefined ? {} : { eR: order.expiryReason }),
    ...(prevented === undefined
      ? {}
      : preventedFields(order.orderId, order.preventedQty, prevented)),
  };
}

function preventedFields(
  orderId: number,
  preventedQty: string,
  { qty, match }: NonNullable<Execution['prevented']>,
): Record<string, unknown> {
  const isTaker = match.takerOrderId === orderId;
  return {
    v: match.id,
    A: eight(preventedQty),
    B: eight(qty),
    U: isTaker ? match.makerOrderId : match.takerOrderId,
    Cs: match.symbol,
    pl: eight(qty),
    pL: eight(match.price),
  };
}

function listStatus(list: ListState, timeMs: number, eventMs: number): unknown {
  return {
    e: 'listStatus',
    E: eventMs,
    s: list.symbol,
    g: list.orderListId,
    c: list.contingencyType,
    l: list.listStatusType,
    L: list.listOrderStatus,
    r: 'NONE',
    C: list.listClientOrderId,
    T: timeMs,
    O: list.orders.map((order) => ({
      s: order.symbol,
      i: order.orderId,
      c: order.clientOrderId,
    })),
  };
}

function position(balances: readonly Balance[], timeMs: number, eventMs: number): unknown {
  return {
    e: 'outboundAccountPosition',
    E: eventMs,
    u: timeMs,
    B: balances.map(({ asset, free, locked }) => ({
      a: asset,
      f: eight(free),
      l: eight(locked),
    })),
  };
}
