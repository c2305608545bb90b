import type { DecimalText } from '#core/model/decimal-text.ts';
import type { OrderSide, OrderStatus } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';

/** What reconciliation looks at of an order at the venue, anybody's. */
export interface SeenOrder {
  readonly pair: Pair;
  readonly venueOrderId: string;
  readonly clientOrderId: string;
  /** The list that it is a part of. */
  readonly listId?: string | undefined;
  readonly side: OrderSide;
  readonly status: Exclude<OrderStatus, 'created'> | 'other';
  /** Undefined of an exit that gets its quantity later. */
  readonly qty: DecimalText | undefined;
  readonly price: DecimalText | undefined;
  readonly filledQty: DecimalText;
  readonly atMs: number;
}

/** One execution at the venue, anybody's. */
export interface SeenTrade {
  readonly pair: Pair;
  readonly kind: 'trade' | 'allocation';
  readonly venueTradeId: string;
  readonly venueOrderId: string;
  readonly side: OrderSide;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly quoteQty: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly atMs: number;
}

export interface SeenBalance {
  readonly asset: string;
  readonly free: DecimalText;
  readonly locked: DecimalText;
}

/** What came to or left the account other than by trades. */
export interface SeenFlow {
  readonly kind: 'deposit' | 'withdrawal' | 'conversion' | 'dust' | 'other';
  readonly id: string;
  readonly asset: string;
  /** Signed: what the account gained. */
  readonly amount: DecimalText;
  readonly atMs: number;
}
