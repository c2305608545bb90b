import type { Fill } from '#core/model/fill.ts';
import type { Order } from '#core/model/order.ts';
import { ownerOf } from './owner.ts';
import type { SeenTrade } from './venue-view.ts';

/** Whose an execution is. */
export type TradeFinding =
  /** Ours; booked by its key, so one that is known changes nothing. */
  | { readonly kind: 'fill'; readonly fill: Fill }
  | { readonly kind: 'external'; readonly trade: SeenTrade; readonly clientOrderId: string }
  | { readonly kind: 'other-desk'; readonly trade: SeenTrade; readonly clientOrderId: string }
  /** With our tag, of an order that the ledger does not have. */
  | { readonly kind: 'unrecorded'; readonly trade: SeenTrade; readonly clientOrderId: string };

/**
 * Says whose an execution is, by the order it belongs to.
 *
 * 1. A trade is ours only when its order is in our ledger: never by side, size or time.
 * 2. The id of its order decides; without it the trade is not judged at all.
 */
export function judgeTrade(
  trade: SeenTrade,
  of: {
    readonly clientOrderId: string;
    readonly order: Order | undefined;
    readonly deskTag: string;
  },
): TradeFinding {
  const { clientOrderId, order, deskTag } = of;
  if (order !== undefined) return { kind: 'fill', fill: fillOf(trade, order) };
  const owner = ownerOf(clientOrderId, deskTag);
  return { kind: KIND_OF[owner], trade, clientOrderId };
}

const KIND_OF = { person: 'external', desk: 'unrecorded', 'other-desk': 'other-desk' } as const;

/** An execution as the ledger books it. */
export function fillOf(trade: SeenTrade, order: Pick<Order, 'account' | 'clientOrderId'>): Fill {
  const { pair, kind, venueTradeId, side, price, qty, quoteQty, fee, feeAsset, atMs } = trade;
  return {
    account: order.account,
    pair,
    kind,
    venueTradeId,
    clientOrderId: order.clientOrderId,
    side,
    price,
    qty,
    quoteQty,
    fee,
    feeAsset,
    liquidity: trade.isMaker ? 'maker' : 'taker',
    atMs,
  };
}
