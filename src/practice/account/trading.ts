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
      readonly order: OrderState;
      /** Of a cancel: the id the cancelled order had; else empty. */
      readonly originalClientOrderId: string;
      readonly trade: OwnTrade | undefined;
      readonly rejectReason: string;
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
  readonly canTrade: boolean;
  readonly updateTimeMs: number;
}

export interface Transfer {
  readonly id: string;
  readonly kind: 'deposit' | 'withdrawal' | 'convert';
  readonly asset: string;
  readonly amount: string;
  /** Of a conversion: what it became. */
  readonly toAsset?: string;
  readonly toAmount?: string;
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
  cancel(cancel: CancelOrder): OrderState;
  cancelList(
    key: { readonly symbol: string } & (
      | { readonly orderListId: number }
      | { readonly listClientOrderId: string }
    ),
  ): ListState;
  cancelAll(symbol: string): {
    readonly orders: readonly OrderState[];
    readonly lists: readonly ListState[];
  };
  cancelReplace(request: CancelReplace): {
    readonly cancelled: OrderState | Error | undefined;
    readonly placed: Placed | Error | undefined;
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
  subscribe(listener: (event: AccountEvent) => void): () => void;
}

export interface TradingFloor {
  account(uid: number): TradingAccount;
  /** Opens an account with what it starts with, or returns the one that is there. */
  open(
    uid: number,
    start: readonly { readonly asset: string; readonly amount: string }[],
  ): TradingAccount;
  uids(): readonly number[];
  /** Sums over all accounts for proofs: every asset's total in and out. */
  close(): void;
}
