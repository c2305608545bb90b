/**
 * What every symbol's orders must keep to. The server's `exchangeInfo` tells the same figures: it
 * takes them from here. Price step, lot step and least notional come per symbol, because a fault
 * changes them.
 */
export const RULES = {
  maxPrice: '1000000',
  maxNotional: '9000000',
  ordersMax: 200,
  algoOrdersMax: 5,
  orderListsMax: 20,
  trailingDeltaMin: 10,
  trailingDeltaMax: 2000,
  /** Of PERCENT_PRICE_BY_SIDE, on the average price of `avgPriceMinutes`. */
  multiplierUp: '5',
  multiplierDown: '0.2',
  avgPriceMinutes: 5,
  /** A market order is at most this part of the largest order. */
  marketQtyDivisor: 10n,
} as const;

export const ORDER_COUNT_LIMITS = { tenSeconds: 100, day: 200_000 } as const;

/** Commission in BNB is this much less. */
export const BNB_DISCOUNT = { asset: 'BNB', discount: '0.25' } as const;

export const DEFAULT_STP_MODE = 'EXPIRE_MAKER';

/** Rules of one symbol at this moment. */
export interface SymbolRules {
  readonly tickSize: string;
  readonly stepSize: string;
  readonly minNotional: string;
  /** Execution rule: a taker trades only within these multiples of the reference price. */
  readonly priceRange?: { readonly up: string; readonly down: string };
}
