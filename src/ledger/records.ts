import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { ClientOrderId, Order, OrderStatus } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { CommandKind } from '#core/orders/command-outcome.ts';
import type { GateVerdict } from '#core/risk/gate-verdict.ts';

/**
 * What an account's money is doing. Each (owner, venue account, kind, asset) has a running balance;
 * `trading` is the market's side of our fills, `external` the world that funds the desk.
 */
export type AccountKind = 'free' | 'held' | 'trading' | 'fees' | 'external' | 'dust' | 'adjustment';

export interface Balance {
  readonly account: string;
  readonly kind: AccountKind;
  readonly asset: string;
  readonly amount: DecimalText;
}

/** Something to do that arrived from outside; kept until a verdict is written beside it. */
export interface InboxItem {
  /** The sender's key: the intent id or the operator's command id. */
  readonly id: string;
  readonly kind: 'intent' | 'command';
  /** Commands first, then exits, then entries; ties by arrival. */
  readonly priority: 'command' | 'exit' | 'entry';
  readonly pair: Pair | undefined;
  /** JSON, parsed again by the reader of the inbox. */
  readonly payload: string;
  readonly receivedMs: number;
  readonly expiresMs: number | undefined;
}

export interface IntentRecord {
  readonly intent: TradeIntent;
  readonly verdict: GateVerdict;
  readonly atMs: number;
}

/** What was asked of the venue, written before it is asked. */
export interface CommandRecord {
  readonly id: string;
  readonly account: string;
  readonly pair: Pair;
  readonly clientOrderId: ClientOrderId;
  readonly kind: CommandKind;
  /** Of a replacement: the order that it ends; `clientOrderId` is the new one. */
  readonly replacedId?: ClientOrderId;
  readonly outcome: 'pending' | 'accepted' | 'refused' | 'unknown';
  readonly detail: string;
  readonly createdMs: number;
  readonly settledMs: number | undefined;
}

export interface OrderEventRecord {
  readonly clientOrderId: ClientOrderId;
  readonly from: OrderStatus | undefined;
  readonly to: OrderStatus;
  readonly event: string;
  readonly isLegal: boolean;
  /** What the venue said, as text; empty when it was our own doing. */
  readonly raw: string;
  readonly atMs: number;
}

/** A closed trade: from flat to flat (or to dust). */
export interface RoundTrip {
  readonly id: number;
  readonly account: string;
  readonly pair: Pair;
  readonly openedMs: number;
  readonly closedMs: number;
  readonly boughtQty: DecimalText;
  readonly boughtQuote: DecimalText;
  readonly soldQty: DecimalText;
  readonly soldQuote: DecimalText;
  readonly feesQuote: DecimalText;
  /** Net of fees. */
  readonly profitQuote: DecimalText;
}

export interface EquityPoint {
  readonly account: string;
  readonly atMs: number;
  readonly equityQuote: DecimalText;
  readonly cashQuote: DecimalText;
  readonly positionsQuote: DecimalText;
  readonly cause: 'minute' | 'fill' | 'start';
}

/** Sums the ledger keeps for one account, all in its quote asset. */
export interface AccountFigures {
  readonly account: string;
  readonly quoteAsset: string;
  /** Funded minus withdrawn. */
  readonly capitalQuote: DecimalText;
  readonly realisedQuote: DecimalText;
  /** Every fee at its value when it was paid. */
  readonly feesQuote: DecimalText;
  /** The part of the fees paid in a third asset: equity is reduced by it. */
  readonly otherFeesQuote: DecimalText;
  readonly peakEquityQuote: DecimalText;
  readonly peakMs: number;
  /** Start of the UTC day that `dayStartEquityQuote` belongs to. */
  readonly dayStartMs: number;
  readonly dayStartEquityQuote: DecimalText;
  /** Losing round trips since the last winning one; those an operator ended are left out. */
  readonly lossesInRow: number;
  /** Start of the UTC month that `monthPeakQuote` belongs to. */
  readonly monthStartMs: number;
  /** Highest equity of that month. */
  readonly monthPeakQuote: DecimalText;
}

/** How far the desk has seen the public trades of a pair; the paper broker resumes after it. */
export interface TradeMark {
  readonly account: string;
  readonly pair: Pair;
  readonly lastTradeId: number;
  readonly atMs: number;
}

export interface OperatorAction {
  readonly id: string;
  readonly by: string;
  /** Where the person was; it is kept in the audit alone. */
  readonly origin?: string | undefined;
  readonly kind: string;
  readonly reason: string;
  readonly result: string;
  readonly atMs: number;
}

export interface AuditRecord {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly ref: string;
  readonly who: string;
  readonly origin: string;
  readonly why: string;
  readonly payload: unknown;
  readonly hash: string;
}

/** What a step of the order machine came to, to be written with its order. */
export interface OrderMove {
  readonly clientOrderId: ClientOrderId;
  readonly to: OrderStatus;
  readonly event: string;
  /** False: the event is recorded and the order's status stays. */
  readonly isLegal: boolean;
  readonly raw?: string;
  readonly atMs: number;
  readonly venueOrderId?: string;
  /** Base quantity where the venue chose it. */
  readonly qty?: DecimalText;
  /** A trailing stop's new level. */
  readonly stopPrice?: DecimalText;
}

export interface FillBooking {
  readonly fill: Fill;
  /** The fee's value in the quote asset at the fill; ignored for base and quote fees. */
  readonly otherFeeQuote?: DecimalText;
  /** Status of the order after this fill, from the order machine. */
  readonly to: OrderStatus;
  readonly isLegal: boolean;
  readonly raw?: string;
}

export type FillOutcome =
  | { readonly kind: 'duplicate' }
  | {
      readonly kind: 'booked';
      readonly order: Order;
      /** After the fill; quantity 0 when it closed. */
      readonly position: Position;
      readonly roundTrip: RoundTrip | undefined;
    };

export interface LedgerMeta {
  readonly schemaVersion: number;
  readonly deskId: string;
  readonly createdMs: number;
  /** Where the account's orders are; undefined = never told. */
  readonly market: string | undefined;
}
