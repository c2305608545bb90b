/** The engine's nouns. Prices are whole ticks, quantities whole lots, ids per symbol. */

export type Side = 'buy' | 'sell';

export type TimeInForce = 'GTC' | 'IOC' | 'FOK';

export interface OrderRequest {
  /** Taken with `reserveOrderId` before; absent: the next free one. */
  readonly orderId?: number;
  /** Who is told about the fills; the engine itself does not care. */
  readonly owner: string;
  readonly side: Side;
  readonly lots: number;
  /** Absent: a market order, which never rests. */
  readonly limitTicks?: number;
  /** Default GTC. */
  readonly timeInForce?: TimeInForce;
  /** Refused when any part would trade at once (Binance LIMIT_MAKER). */
  readonly isPostOnly?: boolean;
}

export interface Fill {
  readonly tradeId: number;
  readonly ticks: number;
  readonly lots: number;
  readonly timeMs: number;
  readonly takerSide: Side;
  readonly takerOrderId: number;
  readonly takerOwner: string;
  readonly makerOrderId: number;
  readonly makerOwner: string;
  /** What the maker's order still offers after this fill; 0 when it is gone. */
  readonly makerLotsLeft: number;
}

/**
 * What became of a request. `expired` covers whatever the time in force forbids to rest: the rest
 * of an IOC or market order, a whole FOK; fills may stand beside it.
 */
export interface Submission {
  readonly orderId: number;
  readonly outcome: 'resting' | 'filled' | 'expired' | 'refused';
  readonly fills: readonly Fill[];
  readonly filledLots: number;
  readonly restingLots: number;
}

/** An order that waits in the book; a node of its price level's queue. */
export interface RestingOrder {
  readonly id: number;
  readonly owner: string;
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  lotsLeft: number;
  before: RestingOrder | undefined;
  after: RestingOrder | undefined;
}
