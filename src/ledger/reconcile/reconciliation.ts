import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Difference } from '#core/reconcile/difference.ts';
import type { Owner } from '#core/reconcile/owner.ts';
import type { Shares } from '#core/reconcile/shares.ts';
import type { SeenBalance, SeenFlow, SeenOrder, SeenTrade } from '#core/reconcile/venue-view.ts';
import type { Position } from '#core/model/position.ts';
import type { RoundTrip } from '../records.ts';

/** The one production account of a data folder. */
export interface VenueAccount {
  readonly account: string;
  readonly venue: string;
  /** The venue's own number of it. */
  readonly accountId: string;
  /** The desk's capital is the whole quote balance, not a stated part of it. */
  readonly ownsQuote: boolean;
  readonly baselineMs: number;
  /** How far the venue's history of flows was read. */
  readonly flowsReadMs: number;
}

/** How far the venue's executions of a pair were read. */
export interface TradeCursor {
  readonly pair: Pair;
  readonly lastTradeId: string | undefined;
  readonly sinceMs: number;
}

export interface BookedFlow extends SeenFlow {
  /** The part of it that is the desk's capital. */
  readonly deskAmount: DecimalText;
}

/** `desk` = it carries our tag and is not in our ledger. */
export interface ExternalOrder extends SeenOrder {
  readonly owner: Owner;
  readonly acceptedMs: number | undefined;
}

export interface ExternalTrade extends SeenTrade {
  readonly clientOrderId: string;
  readonly owner: Owner;
  readonly acceptedMs: number | undefined;
}

export interface RecordedDifference {
  readonly difference: Difference;
  readonly sinceMs: number;
  readonly state: 'open' | 'explained' | 'accepted';
  readonly endedMs: number | undefined;
  readonly by: string;
  readonly reason: string;
}

/** What the ledger knows of the account that the desk trades on. */
export interface ReconciliationQueries {
  venueAccount(): Promise<VenueAccount | undefined>;
  /** Whose coins each asset of the account is made of, as it should be. */
  shares(account: string): Promise<ReadonlyMap<string, Shares>>;
  orderByVenueId(order: {
    readonly account: string;
    readonly pair: Pair;
    readonly venueOrderId: string;
  }): Promise<Order | undefined>;
  tradeCursors(account: string): Promise<readonly TradeCursor[]>;
  /** Orders that are not ours and open, and those that nobody accepted yet. */
  externalOrders(account: string): Promise<readonly ExternalOrder[]>;
  /** Whether an order that is not ours, or an execution of it, was ever written down. */
  knowsExternal(order: {
    readonly account: string;
    readonly pair: Pair;
    readonly venueOrderId: string;
  }): Promise<boolean>;
  /** Executions of what carries a desk's tag and is not in our ledger, not yet accepted. */
  foreignTrades(account: string): Promise<readonly ExternalTrade[]>;
  openDifferences(account: string): Promise<readonly RecordedDifference[]>;
}

export interface ReconciliationWrites {
  /**
   * The first balances of the account: what is not the desk's capital is the rest's. From here on
   * every change has a reason. Throws when the folder has another account.
   */
  recordBaseline(baseline: Baseline): Promise<void>;
  setFlowsRead(account: string, atMs: number): Promise<void>;
  setTradeCursor(account: string, cursor: TradeCursor): Promise<void>;
  /** Books a change that the venue's history tells of, once. */
  bookFlow(flow: SeenFlow, by: OutsideChange): Promise<'new' | 'duplicate'>;
  /** Books an execution that is not the desk's, once. */
  bookExternalTrade(
    trade: Omit<ExternalTrade, 'acceptedMs'>,
    by: OutsideChange,
  ): Promise<'new' | 'duplicate'>;
  /** What is open at the venue and not ours, all of it; what is left out has ended. */
  setExternalOrders(
    account: string,
    orders: readonly Omit<ExternalOrder, 'acceptedMs'>[],
    atMs: number,
  ): Promise<void>;
  /** Opens a difference or updates what it found. */
  saveDifference(account: string, difference: Difference, sinceMs: number): Promise<void>;
  endDifference(account: string, key: string, end: DifferenceEnd): Promise<void>;
  /** Takes over what the venue has of an asset, against the adjustment account. */
  adjustBalance(
    input: { readonly asset: string; readonly amount: DecimalText },
    by: OutsideChange,
  ): Promise<void>;
  /** Takes quote that is gone out of the desk's free capital. */
  coverQuote(amount: DecimalText, by: OutsideChange): Promise<void>;
  /** Takes coins that are gone out of a position, with their share of its cost as a loss. */
  writeOff(input: WriteOff): Promise<{ position: Position; roundTrip: RoundTrip | undefined }>;
  /** From now on an order and its executions are somebody else's business. */
  acceptExternal(account: string, clientOrderId: string, atMs: number): Promise<void>;
}

export interface Baseline {
  readonly account: string;
  readonly venue: string;
  readonly accountId: string;
  readonly quoteAsset: string;
  readonly capitalQuote: DecimalText;
  readonly ownsQuote: boolean;
  readonly balances: readonly SeenBalance[];
  readonly cursors: readonly TradeCursor[];
  readonly atMs: number;
}

export interface OutsideChange {
  readonly account: string;
  readonly quoteAsset: string;
  readonly ownsQuote: boolean;
  readonly atMs: number;
  /** What the desk is worth before it: peak and day start change in the same proportion. */
  readonly equityQuote: DecimalText | undefined;
}

export interface DifferenceEnd {
  readonly state: 'explained' | 'accepted';
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface WriteOff {
  readonly account: string;
  readonly pair: Pair;
  readonly qty: DecimalText;
  readonly atMs: number;
}

/** The account in the book that holds what is on the venue's account and not the desk's. */
export function restOf(account: string): string {
  return `${account}-rest`;
}
