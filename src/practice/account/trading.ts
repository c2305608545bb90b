import type { ApiError } from '../server/api-error.ts';

/**
 * The border between the account engine and the server before it: requests with parsed parameters
 * in, states out. Amounts are plain decimal text; the server writes them with eight decimals. A
 * refusal is an ApiError with the venue's own code and words (errors.md of July 2026).
 *
 * Everything here happens at one instant: the server decides when a request reaches the engine, and
 * faults sit before and after these calls.
 */
export type Side = 'BUY' | 'SELL';
export type OrderType =
  | 'LIMIT'
  | 'LIMIT_MAKER'
  | 'MARKET'
  | 'STOP_LOSS'
  | 'STOP_LOSS_LIMIT'
  | 'TAKE_PROFIT'
  | 'TAKE_PROFIT_LIMIT';
export type OrderStatus =
  | 'NEW'
  | 'PENDING_NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'EXPIRED_IN_MATCH';
export type ExpiryReason =
  | 'REJECTED'
  | 'EXCHANGE_CANCELED'
  | 'OCO_TRIGGER'
  | 'OTO_PHASE_ONE_EXPIRED'
  | 'UNFILLED_IOC_QUANTITY_EXPIRED'
  | 'UNFILLED_FOK_ORDER_EXPIRED'
  | 'INSUFFICIENT_LIQUIDITY'
  | 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED';
export type StpMode = 'NONE' | 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH' | 'DECREMENT';

/** Parameters of one order as the caller gave them; what is missing or forbidden is judged inside. */
export interface NewOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce?: 'GTC' | 'IOC' | 'FOK';
  readonly quantity?: string;
  readonly quoteOrderQty?: string;
  readonly price?: string;
  readonly stopPrice?: string;
  readonly trailingDelta?: number;
  readonly icebergQty?: string;
  readonly newClientOrderId?: string;
  readonly selfTradePreventionMode?: StpMode;
}

/** An order of a list whose quantity may come from what the working order received. */
export type ListLeg = Omit<NewOrder, 'symbol' | 'side'> & { readonly side?: Side };

export type NewOrderList = {
  readonly symbol: string;
  readonly listClientOrderId?: string;
  readonly selfTradePreventionMode?: StpMode;
} & (
  | {
      readonly kind: 'OCO';
      readonly side: Side;
      readonly quantity: string;
      readonly above: ListLeg;
      readonly below: ListLeg;
    }
  | { readonly kind: 'OTO' | 'OPO'; readonly working: ListLeg; readonly pending: ListLeg }
  | {
      readonly kind: 'OTOCO' | 'OPOCO';
      readonly working: ListLeg;
      readonly pendingSide: Side;
      readonly pendingAbove: ListLeg;
      readonly pendingBelow: ListLeg;
      readonly pendingQuantity?: string;
    }
);

export type OrderKey =
  | { readonly symbol: string; readonly orderId: number }
  | { readonly symbol: string; readonly origClientOrderId: string };

export interface CancelOrder {
  readonly key: OrderKey;
  readonly newClientOrderId?: string;
  readonly cancelRestrictions?: 'ONLY_NEW' | 'ONLY_PARTIALLY_FILLED';
}

export interface CancelReplace {
  readonly cancel: CancelOrder;
  readonly order: NewOrder;
  readonly mode: 'STOP_ON_FAILURE' | 'ALLOW_FAILURE';
}

export interface OrderState {
  readonly symbol: string;
  readonly orderId: number;
  readonly orderListId: number;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
  readonly status: OrderStatus;
  readonly quantity: string;
  readonly quoteOrderQty: string;
  readonly price: string;
  readonly stopPrice: string | undefined;
  readonly trailingDelta: number | undefined;
  readonly icebergQty: string | undefined;
  readonly executedQty: string;
  readonly cumulativeQuoteQty: string;
  readonly preventedQty: string;
  readonly selfTradePreventionMode: StpMode;
  /** On the book, or waiting for its trigger. */
  readonly isWorking: boolean;
  readonly timeMs: number;
  readonly updateTimeMs: number;
  readonly workingTimeMs: number | undefined;
  readonly trailingTimeMs: number | undefined;
  /** Why it expired (enums.md, Expiry Reasons). */
  readonly expiryReason: ExpiryReason | undefined;
  /** The last match that self-trade prevention stopped. */
  readonly preventedMatchId: number | undefined;
}

export interface OwnTrade {
  readonly symbol: string;
  readonly id: number;
  readonly orderId: number;
  readonly orderListId: number;
  readonly price: string;
  readonly qty: string;
  readonly quoteQty: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly timeMs: number;
  readonly isBuyer: boolean;
  readonly isMaker: boolean;
}

export interface ListState {
  readonly symbol: string;
  readonly orderListId: number;
  readonly listClientOrderId: string;
  readonly contingencyType: 'OCO' | 'OTO';
  readonly listStatusType: 'RESPONSE' | 'EXEC_STARTED' | 'UPDATED' | 'ALL_DONE';
  readonly listOrderStatus: 'EXECUTING' | 'ALL_DONE' | 'REJECT';
  readonly transactionTimeMs: number;
  readonly orders: readonly OrderState[];
}

export interface Balance {
  readonly asset: string;
  readonly free: string;
  readonly locked: string;
}

export interface Placed {
  readonly order: OrderState;
  /** Executions of this request only. */
  readonly trades: readonly OwnTrade[];
  readonly preventedMatches: readonly PreventedMatch[];
}

/** A trade with itself that an account's order was kept from. */
export interface PreventedMatch {
  readonly symbol: string;
  readonly id: number;
  readonly takerOrderId: number;
  readonly makerOrderId: number;
  readonly mode: StpMode;
  readonly price: string;
  /** Quantity that expired; undefined where the mode leaves that order alone. */
  readonly takerQty: string | undefined;
  readonly makerQty: string | undefined;
  readonly timeMs: number;
}

/** An order that was cancelled: it keeps its own client id, the cancel has another. */
export interface Cancelled {
  readonly order: OrderState;
  readonly cancelId: string;
}

export interface CancelledList {
  readonly list: ListState;
  readonly orders: readonly Cancelled[];
}

/** What a cancel answers: the order asked for, and its whole list when it was part of one. */
export interface CancelAnswer {
  readonly cancelled: Cancelled;
  readonly list: CancelledList | undefined;
}

/** What the account's stream says, in the order in which it happened. */
export type AccountEvent =
  | {
      readonly kind: 'execution';
      readonly executionType:
        | 'NEW'
        | 'CANCELED'
        | 'REPLACED'
        | 'REJECTED'
        | 'TRADE'
        | 'EXPIRED'
        | 'TRADE_PREVENTION';
      /** As it is after this; of a cancel, `clientOrderId` is the cancel's. */
      readonly order: OrderState;
      /** Of a cancel: the id the cancelled order had; else empty. */
      readonly originalClientOrderId: string;
      readonly trade: OwnTrade | undefined;
      /** Of TRADE_PREVENTION. */
      readonly prevented: { readonly qty: string; readonly match: PreventedMatch } | undefined;
      readonly rejectReason: string;
      readonly executionId: number;
      readonly timeMs: number;
    }
  | { readonly kind: 'list'; readonly list: ListState; readonly timeMs: number }
  | { readonly kind: 'position'; readonly balances: readonly Balance[]; readonly timeMs: number }
  | {
      readonly kind: 'balance';
      readonly asset: string;
      readonly delta: string;
      readonly timeMs: number;
    };

export interface AccountView {
  readonly uid: number;
  readonly balances: readonly Balance[];
  readonly makerFraction: string;
  readonly takerFraction: string;
  /** Commission is paid in BNB, for less, as long as there is enough. */
  readonly paysInBnb: boolean;
  readonly canTrade: boolean;
  readonly updateTimeMs: number;
}

export interface Transfer {
  readonly id: string;
  readonly kind: 'deposit' | 'withdrawal' | 'convert';
  readonly asset: string;
  readonly amount: string;
  /** Of a conversion: what it became. */
  readonly toAsset?: string | undefined;
  readonly toAmount?: string | undefined;
  readonly timeMs: number;
}

/** One account of the exchange. Reads are of this instant; writes are journalled before they return. */
export interface TradingAccount {
  readonly uid: number;
  view(): AccountView;
  place(order: NewOrder): Placed;
  /** Everything but the matching: throws what `place` would throw. */
  test(order: NewOrder): void;
  placeList(list: NewOrderList): { readonly list: ListState; readonly placed: readonly Placed[] };
  cancel(cancel: CancelOrder): CancelAnswer;
  cancelList(
    key: { readonly symbol: string; readonly newClientOrderId?: string } & (
      | { readonly orderListId: number }
      | { readonly listClientOrderId: string }
    ),
  ): CancelledList;
  cancelAll(symbol: string): {
    readonly orders: readonly Cancelled[];
    readonly lists: readonly CancelledList[];
  };
  /**
   * Throws when the new order breaks a rule that is looked at first (parameters, filters, order
   * count): then nothing was tried. Otherwise says what became of each part; undefined: not tried.
   */
  cancelReplace(request: CancelReplace): {
    readonly cancelled: CancelAnswer | ApiError;
    readonly placed: Placed | ApiError | undefined;
  };
  order(key: OrderKey): OrderState;
  openOrders(symbol?: string): readonly OrderState[];
  allOrders(query: {
    readonly symbol: string;
    readonly orderId?: number;
    readonly startMs?: number;
    readonly endMs?: number;
    readonly limit: number;
  }): readonly OrderState[];
  trades(query: {
    readonly symbol: string;
    readonly orderId?: number;
    readonly fromId?: number;
    readonly startMs?: number;
    readonly endMs?: number;
    readonly limit: number;
  }): readonly OwnTrade[];
  list(key: { readonly orderListId: number } | { readonly origClientOrderId: string }): ListState;
  openLists(): readonly ListState[];
  allLists(query: {
    readonly fromId?: number;
    readonly startMs?: number;
    readonly endMs?: number;
    readonly limit: number;
  }): readonly ListState[];
  transfers(query: {
    readonly kind: Transfer['kind'];
    readonly startMs?: number;
    readonly endMs?: number;
  }): readonly Transfer[];
  /** By hand, from the control page: the venue's history shows it. */
  transfer(transfer: Omit<Transfer, 'id' | 'timeMs'>): Transfer;
  /** A fault: the balance changes and no history says why. */
  moveBalance(asset: string, delta: string): void;
  preventedMatches(query: {
    readonly symbol: string;
    readonly preventedMatchId?: number;
    readonly orderId?: number;
    readonly fromId?: number;
    readonly limit: number;
  }): readonly PreventedMatch[];
  /** Unfilled orders of the running ten seconds and day, for headers and rateLimit/order. */
  orderCounts(): { readonly tenSeconds: number; readonly day: number };
  subscribe(listener: (event: AccountEvent) => void): () => void;
}

/** How an account is opened. */
export interface AccountStart {
  readonly uid: number;
  readonly balances: readonly { readonly asset: string; readonly amount: string }[];
  /** Default 0.001 each, the venue's for a new customer. */
  readonly makerFraction?: string;
  readonly takerFraction?: string;
  readonly paysInBnb?: boolean;
}

export interface TradingFloor {
  /** Throws when nobody opened it. */
  account(uid: number): TradingAccount;
  /** Opens an account with what it starts with, or returns the one that is there. */
  open(start: AccountStart): TradingAccount;
  uids(): readonly number[];
  /** Sums over all accounts for proofs: every asset's total in and out. */
  close(): void;
}
