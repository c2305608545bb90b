import type { Order } from '#core/model/order.ts';

/** How an order meets the market: it takes what is there, waits for its price, or waits to be set off. */
export type OrderStyle = 'taker' | 'maker' | 'stop';

/** The part of an order that its fidelity is judged by. Analysis: plain numbers, no money. */
export interface WatchedOrder {
  readonly clientOrderId: string;
  readonly account: string;
  readonly pair: string;
  readonly leg: string;
  readonly style: OrderStyle;
  readonly side: 'buy' | 'sell';
  readonly qty: number;
  readonly limit: number | undefined;
  readonly stop: number | undefined;
  /** When it was decided. */
  readonly createdMs: number;
}

/** What became of an order on one side: on paper, in the market, or at the venue. */
export interface Outcome {
  /** Undefined: cannot be known, e.g. the price was touched and the queue is not visible. */
  readonly isFilled: boolean | undefined;
  /** Mean price of what filled. */
  readonly price: number | undefined;
}

export function watchedOrder(order: Order): WatchedOrder {
  return {
    clientOrderId: order.clientOrderId,
    account: order.account,
    pair: order.pair,
    leg: order.leg,
    style: styleOf(order),
    side: order.side,
    qty: Number(order.qty),
    limit: order.price === undefined ? undefined : Number(order.price),
    stop: order.stopPrice === undefined ? undefined : Number(order.stopPrice),
    createdMs: order.createdMs,
  };
}

function styleOf({ type, timeInForce }: Order): OrderStyle {
  switch (type) {
    case 'stop-loss':
    case 'stop-loss-limit':
    case 'take-profit':
    case 'take-profit-limit':
      return 'stop';
    case 'limit-maker':
      return 'maker';
    case 'market':
      return 'taker';
    case 'limit':
      return timeInForce === 'gtc' ? 'maker' : 'taker';
  }
}
