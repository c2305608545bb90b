import type { LedgerEvent } from '#core/model/desk-event.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Halt } from '#core/model/halt.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { ConformanceResult } from '#core/promotion/conformance.ts';
import type { FidelityScore } from '#core/fidelity/score.ts';
import type { PromotionRecord } from '#core/promotion/promotion-record.ts';
import type { RunRecord } from '#core/promotion/run-record.ts';
import type {
  AccountFigures,
  AuditRecord,
  Balance,
  EquityPoint,
  IntentRecord,
  LedgerMeta,
  OperatorAction,
  OrderEventRecord,
  RoundTrip,
} from './records.ts';
import type {
  BookedFlow,
  ExternalOrder,
  ExternalTrade,
  RecordedDifference,
  VenueAccount,
} from './reconcile/reconciliation.ts';

export type { ExternalOrder, RecordedDifference };

/** Newest first; `cursor` is `nextCursor` of the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export interface OrderFilter extends PageRequest {
  readonly account?: string;
  readonly pair?: Pair;
  readonly isOpen?: boolean;
  /** First characters of the client order id, as a person copies them. */
  readonly idStart?: string;
}

export interface RowFilter extends PageRequest {
  readonly account?: string;
  readonly pair?: Pair;
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

export interface IntentFilter extends RowFilter {
  readonly id?: string;
}

export interface AuditFilter extends PageRequest {
  /** A kind, or the first word of several: `order` is `order.created` and `order.ended`. */
  readonly kind?: string;
  readonly sinceMs?: number;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Newest first, but open differences and orders, which are all. */
export interface Reconciliation {
  readonly account: VenueAccount;
  readonly open: readonly RecordedDifference[];
  readonly ended: readonly RecordedDifference[];
  readonly externalOrders: readonly ExternalOrder[];
  readonly externalTrades: readonly ExternalTrade[];
  readonly flows: readonly BookedFlow[];
}

/** Read-only view of a ledger, open or not, for the gateway and the command line. */
export interface LedgerReader {
  meta(): Promise<LedgerMeta>;
  accounts(): Promise<readonly AccountFigures[]>;
  balances(account?: string): Promise<readonly Balance[]>;
  orders(filter: OrderFilter): Promise<Page<Order>>;
  orderEvents(id: ClientOrderId): Promise<readonly OrderEventRecord[]>;
  fills(filter: RowFilter): Promise<Page<Fill>>;
  positions(account?: string): Promise<readonly Position[]>;
  roundTrips(filter: RowFilter): Promise<Page<RoundTrip>>;
  intents(filter: IntentFilter): Promise<Page<IntentRecord>>;
  /** Oldest first, at most `limit` points spread evenly over the range. */
  equity(filter: {
    readonly account: string;
    readonly sinceMs?: number;
    readonly untilMs?: number;
    readonly limit: number;
  }): Promise<readonly EquityPoint[]>;
  halts(): Promise<readonly Halt[]>;
  /** The account at the venue and what is not the desk's; undefined where it is simulated. */
  reconciliation(limit: number): Promise<Reconciliation | undefined>;
  operatorActions(filter: PageRequest): Promise<Page<OperatorAction>>;
  /** Newest first. */
  audit(filter: AuditFilter): Promise<Page<AuditRecord>>;
  /** Oldest first. */
  runs(): Promise<readonly RunRecord[]>;
  promotions(): Promise<readonly PromotionRecord[]>;
  /** The newest against this venue. */
  conformance(venue: string): Promise<ConformanceResult | undefined>;
  /** Newest first. */
  fidelity(filter: {
    readonly account: string;
    readonly sinceMs: number;
    readonly limit: number;
  }): Promise<readonly FidelityScore[]>;
  /** Closed trades within the times, ends left out. */
  closedTrades(account: string, times: readonly TimeRange[]): Promise<number>;
  /** Halts of this kind that began since, lifted or not. */
  haltsSince(kind: string, sinceMs: number): Promise<number>;
  /** What happened after that number, oldest first: whoever follows keeps the last it dealt with. */
  events(filter: {
    readonly afterSeq: number;
    readonly limit: number;
  }): Promise<readonly LedgerEvent[]>;
  /** First and last number that are kept; both 0 while there is none. */
  eventRange(): Promise<{ readonly oldestSeq: number; readonly newestSeq: number }>;
  /** Another number after each commit of the writer, as long as this reader is open. */
  dataVersion(): number;
  close(): Promise<void>;
}
