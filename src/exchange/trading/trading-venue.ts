import type { DecimalText } from '#core/model/decimal-text.ts';
import type { OrderSide, OrderStatus, OrderType } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { WriteFailure } from '../errors.ts';

/**
 * The account side of a venue as the desk sees it: what the venue says, parsed, in its own decimal
 * text, and nothing decided. The live broker and the checks of the account are its only users.
 *
 * 1. A write is sent at most once, whatever happens; it never throws: it answers what is known.
 * 2. A read throws TransientError or PermanentError; it is tried again within its budget.
 * 3. Ids are the venue's and the desk's own text; orders made by hand have ids of any form.
 */
export interface TradingVenue {
  readonly id: string;
  readonly features: TradingFeatures;
  place(ticket: OrderTicket): Promise<WriteAnswer>;
  /** A working order and two exits in one request; the exits are sized from what it received. */
  placeBracket(ticket: BracketTicket): Promise<WriteAnswer>;
  /** Two exits of which one ends the other. */
  placeExits(ticket: ExitsTicket): Promise<WriteAnswer>;
  /** Of a list: the whole list. */
  cancel(order: OrderName): Promise<WriteAnswer>;
  /** Ends one order and, only if that worked, places another. */
  cancelReplace(old: OrderName, ticket: OrderTicket): Promise<WriteAnswer>;
  order(order: OrderName): Promise<VenueOrder | 'absent'>;
  /** Everybody's, of every pair. */
  openOrders(): Promise<readonly VenueOrder[]>;
  /** Executions of one pair, oldest first, everybody's: from a trade id or a time on, inclusive. */
  trades(query: TradeQuery): Promise<readonly VenueTrade[]>;
  balances(): Promise<readonly VenueBalance[]>;
  /** What came to or left the account other than by trades. */
  flows(sinceMs: number): Promise<readonly VenueFlow[]>;
  /** Who the keys are and what they may do. */
  rights(): Promise<KeyRights>;
  /** Maker and taker commission of one pair as fractions. */
  commission(pair: Pair): Promise<Commission>;
  watch(listener: AccountListener): AccountWatch;
  close(): Promise<void>;
}

export interface TradingFeatures {
  readonly hasBracket: boolean;
  readonly hasExits: boolean;
  readonly hasCancelReplace: boolean;
  /** Orders go over the WebSocket API. */
  readonly hasSocketOrders: boolean;
  /** The venue tells of order events by itself; else they are asked for. */
  readonly hasUserStream: boolean;
  /** Stops rest at the venue; else the desk watches them itself. */
  readonly hasStops: boolean;
  readonly hasTrailingStop: boolean;
}

export type OrderName = { readonly pair: Pair } & (
  | { readonly clientOrderId: string }
  | { readonly venueOrderId: string }
);

export interface OrderTicket {
  readonly pair: Pair;
  readonly clientOrderId: string;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: 'gtc' | 'ioc' | 'fok';
  /** Base quantity. */
  readonly qty: DecimalText;
  readonly price?: DecimalText;
  readonly stopPrice?: DecimalText;
  /** Whole basis points that a trailing stop keeps. */
  readonly trailingDeltaBps?: number;
  /** Venue time after which it is not sent any more, whatever held it up. */
  readonly notAfterMs?: number;
}

export interface ExitsTicket {
  readonly listClientOrderId: string;
  readonly above: OrderTicket;
  readonly below: OrderTicket;
}

export interface BracketTicket {
  readonly listClientOrderId: string;
  readonly entry: OrderTicket;
  /** Their quantities are the venue's to choose. */
  readonly above: OrderTicket;
  readonly below: OrderTicket;
}

/**
 * What is known about a write. `accepted` lists every order it was about, with its executions. Of a
 * cancelReplace that ended the old order only, `refused` says why there is no new one.
 */
export type WriteAnswer =
  | {
      readonly outcome: 'accepted';
      readonly orders: readonly VenueOrder[];
      readonly trades: readonly VenueTrade[];
      readonly refused?: {
        readonly clientOrderId: string;
        readonly code: number;
        readonly reason: string;
      };
    }
  | WriteFailure;

export interface VenueOrder {
  readonly pair: Pair;
  readonly venueOrderId: string;
  readonly clientOrderId: string;
  readonly listId: string | undefined;
  readonly side: OrderSide;
  readonly type: OrderType | 'other';
  readonly status: Exclude<OrderStatus, 'created'> | 'other';
  /** Undefined while the venue has not sized it: an exit of a bracket before its entry filled. */
  readonly qty: DecimalText | undefined;
  readonly price: DecimalText | undefined;
  readonly stopPrice: DecimalText | undefined;
  readonly filledQty: DecimalText;
  readonly filledQuote: DecimalText;
  /** The venue's own words for an end, empty when it gave none. */
  readonly reason: string;
  readonly atMs: number;
}

export interface VenueTrade {
  readonly pair: Pair;
  readonly kind: 'trade' | 'allocation';
  readonly venueTradeId: string;
  readonly venueOrderId: string;
  /** Absent where the venue lists trades by its own order id only. */
  readonly clientOrderId: string | undefined;
  readonly side: OrderSide;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly quoteQty: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly atMs: number;
}

export type TradeQuery = { readonly pair: Pair; readonly limit: number } & (
  | { readonly fromId: string }
  | { readonly sinceMs: number }
);

export interface VenueBalance {
  readonly asset: string;
  readonly free: DecimalText;
  readonly locked: DecimalText;
}

export interface VenueFlow {
  readonly kind: 'deposit' | 'withdrawal' | 'conversion' | 'dust' | 'other';
  /** Unique among flows of its kind. */
  readonly id: string;
  readonly asset: string;
  /** Signed: what the account gained. */
  readonly amount: DecimalText;
  readonly atMs: number;
}

export interface KeyRights {
  /** The venue's account number, the same for every key of the account. */
  readonly accountId: string;
  readonly canTrade: boolean;
  /** Undefined where the venue does not say (a test network). */
  readonly canWithdraw: boolean | undefined;
  readonly isIpRestricted: boolean | undefined;
}

export interface Commission {
  readonly makerFraction: number;
  readonly takerFraction: number;
  /** Asset that fees are taken in when there is enough of it. */
  readonly discountAsset: string | undefined;
}

export interface AccountListener {
  /** A new state of one order, with the execution that caused it, if one did. */
  onOrder(order: VenueOrder, trade: VenueTrade | undefined): void;
  /** An absolute balance, or a change that no order explains. */
  onBalance(balance: VenueBalance): void;
  onFlow(asset: string, amount: DecimalText, atMs: number): void;
  /** Events may have been missed; the watch connects again by itself. */
  onGap(cause: string): void;
  /** From now on nothing is missed. */
  onSubscribed(): void;
}

export interface AccountWatch {
  /** True from `onSubscribed` to the next gap. */
  readonly isCurrent: boolean;
  restart(reason: string): void;
  close(): Promise<void>;
}
