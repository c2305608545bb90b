import type { DecimalText } from '#core/model/decimal-text.ts';
import type { DeskEvent, ToldEvent } from '#core/model/desk-event.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Halt, HaltKind } from '#core/model/halt.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { AuditEntry, AuditKind } from './audit/audit-row.ts';
import type { PromotionStore } from './promotion-store.ts';
import type {
  AccountFigures,
  AccountKind,
  Balance,
  CommandRecord,
  EquityPoint,
  FillBooking,
  FillOutcome,
  InboxItem,
  IntentRecord,
  OperatorAction,
  OrderMove,
  RoundTrip,
  TradeMark,
} from './records.ts';
import type { ReconciliationQueries, ReconciliationWrites } from './reconcile/reconciliation.ts';

/**
 * The book of the desk: what it was asked, what it decided, what it sent, what the venue did, and
 * whose money is where.
 *
 * 1. One writer: the execution agent. A second one is refused while the first lives, and fenced
 *    (`FencedError`) when it was thought dead and wakes up.
 * 2. `transaction` is all or nothing; when it resolves, it is committed. Transactions run one at a
 *    time in the order they were asked for. Never start one inside another: it would wait for ever.
 * 3. Money moves only by transactions that are zero-sum per asset, checked before the commit.
 * 4. Inserting what is already there (inbox, fill, operator action) is harmless and says so.
 */
export interface Ledger {
  /** The fencing epoch this writer holds. */
  readonly epoch: number;
  /** What a predecessor that did not release left behind; undefined after a clean end. */
  readonly previousLease: LeaseHolder | undefined;
  transaction<T>(run: (tx: LedgerTransaction) => Promise<T>): Promise<T>;
  /** Reads that see one consistent state: no transaction runs meanwhile. */
  read<T>(run: (query: LedgerQueries) => Promise<T>): Promise<T>;
  /** `seq:hash` of the newest row of the audit: a copy of it elsewhere proves what came before. */
  auditHead(): string;
  /** Writes `renewedMs`; throws FencedError when another epoch took over. */
  renewLease(nowMs: number): Promise<void>;
  /** Moves the write-ahead log into the database file. For idle moments: it is the slow part. */
  checkpoint(): Promise<void>;
  /** Finishes what is queued, releases the lease, closes. */
  close(): Promise<void>;
  /** Drops the connection as a crash would: nothing queued is finished, the lease stays. */
  abandon(): void;
}

export interface LeaseHolder {
  readonly owner: string;
  readonly epoch: number;
  readonly acquiredMs: number;
  readonly renewedMs: number;
}

export interface LedgerQueries
  extends ReconciliationQueries, Pick<PromotionStore, 'runs' | 'promotions'> {
  /** Received, without a verdict; commands first, then exits, then entries, each by arrival. */
  pendingInbox(limit: number): Promise<readonly InboxItem[]>;
  /** State of an inbox item; undefined = never received. */
  inboxState(
    id: string,
  ): Promise<{ readonly state: 'pending' | 'done'; readonly receivedMs: number } | undefined>;
  intent(id: string): Promise<IntentRecord | undefined>;
  order(id: ClientOrderId): Promise<Order | undefined>;
  ordersOfIntent(intentId: string): Promise<readonly Order[]>;
  /** The newest entry order of a pair: what an open position came from. */
  lastEntry(account: string, pair: Pair): Promise<Order | undefined>;
  /** The order that sold of a pair last. */
  lastSale(account: string, pair: Pair): Promise<Order | undefined>;
  /** Orders the venue may still act on, `created` included. */
  openOrders(account: string, pair?: Pair): Promise<readonly Order[]>;
  /** Quote amount an order still holds. */
  heldBy(id: ClientOrderId): Promise<DecimalText>;
  fillsOf(id: ClientOrderId): Promise<readonly Fill[]>;
  /** Commands whose outcome is `pending` or `unknown`. */
  unsettledCommands(account: string): Promise<readonly CommandRecord[]>;
  /** Open positions (quantity not 0). */
  positions(account: string): Promise<readonly Position[]>;
  position(account: string, pair: Pair): Promise<Position | undefined>;
  balance(account: string, kind: AccountKind, asset: string): Promise<DecimalText>;
  balances(account: string): Promise<readonly Balance[]>;
  /** Undefined until the account is funded. */
  figures(account: string): Promise<AccountFigures | undefined>;
  halts(): Promise<readonly Halt[]>;
  tradeMarks(account: string): Promise<readonly TradeMark[]>;
  /** Where the account's orders are, in words; undefined until it was told. */
  market(): Promise<string | undefined>;
  /** The masked config of the last start, as JSON; undefined until one wrote it. */
  lastConfig(): Promise<string | undefined>;
  /** The newest row of this kind in the audit: its payload, as JSON. */
  lastAudited(kind: AuditKind): Promise<string | undefined>;
  /** What came of an operator's command; undefined = it was not carried out yet. */
  operatorResult(id: string): Promise<string | undefined>;
}

/** Everything that writes. Valid until its `run` ends. */
export interface LedgerTransaction extends LedgerQueries, ReconciliationWrites, PromotionStore {
  receive(item: InboxItem): Promise<'new' | 'duplicate'>;
  /** Writes the verdict (JSON) beside an inbox item; it is not pending any more. */
  finishInbox(id: string, verdict: string, atMs: number): Promise<void>;
  /** Insert of an intent that is there already returns 'duplicate' and changes nothing. */
  recordIntent(record: IntentRecord): Promise<'new' | 'duplicate'>;

  /** Initial or added capital, or withdrawn when negative: external -> free. */
  fund(input: FundInput): Promise<void>;
  /**
   * Inserts an order as `created` and, for a buy, holds `holdQuote` (free -> held). Throws
   * DeskError `ledger.insufficient-funds` when less is free: the gate should have refused.
   */
  createOrder(order: Order, holdQuote?: DecimalText): Promise<void>;
  /** Orders that are sent together; the first holds. */
  createOrders(orders: readonly Order[], holdQuote?: DecimalText): Promise<void>;
  /**
   * Records an event and, when legal, the new status. An order that ends gives back what it still
   * holds. Returns the order as it is afterwards.
   */
  moveOrder(move: OrderMove): Promise<Order>;
  /**
   * Books one execution whatever the order's status: fill row, order quantities and status, entries,
   * balances, position, round trip, figures. A base-asset fee reduces the position, a quote fee the
   * cash; a fee in another asset is valued at `otherFeeQuote`. A trade that an operator ended is
   * left out of the losses in a row.
   */
  bookFill(booking: FillBooking): Promise<FillOutcome>;
  /** What is left of a position is too small to sell: moves it to `dust` and closes the position. */
  moveToDust(
    account: string,
    pair: Pair,
    atMs: number,
  ): Promise<{ position: Position; roundTrip: RoundTrip } | undefined>;
  /** The protective levels shown with a position. */
  setProtection(input: ProtectionInput): Promise<void>;

  openCommand(command: Omit<CommandRecord, 'outcome' | 'detail' | 'settledMs'>): Promise<void>;
  settleCommand(input: SettleInput): Promise<void>;

  raiseHalt(halt: Halt): Promise<'new' | 'duplicate'>;
  /** Lifts the desk's halt of this kind and, where one is named, the account's. */
  liftHalt(kind: HaltKind, atMs: number, account?: string): Promise<'lifted' | 'none'>;
  /** Who did what and why. The same id is recorded once. */
  recordOperatorAction(action: OperatorAction): Promise<'new' | 'duplicate'>;

  /**
   * Appends to the audit. Orders, halts and operator actions are there by themselves: this is for
   * what is written nowhere else.
   */
  audit(entry: AuditEntry): Promise<void>;
  /**
   * Keeps what this transaction did for those who follow the ledger, numbered on from the newest
   * without a gap. Returns what to tell them after the commit, in the same order.
   */
  recordEvents(events: readonly DeskEvent[], atMs: number): Promise<readonly ToldEvent[]>;
  /** Removes at most `atOnce` of the oldest events beyond the newest `keep`; returns what is left. */
  trimEvents(keep: number, atOnce: number): Promise<number>;

  /** Adds an equity point and raises the peak when it is higher. */
  recordEquity(point: EquityPoint): Promise<void>;
  /** The equity a UTC day starts with; kept until the next day is started. */
  startDay(account: string, dayStartMs: number, equityQuote: DecimalText): Promise<void>;
  /** Begins the peak anew, e.g. when an operator lifts a drawdown halt. */
  resetPeak(account: string, equityQuote: DecimalText, atMs: number): Promise<void>;
  /** Begins the count of losing round trips anew. */
  resetLosses(account: string): Promise<void>;
  setTradeMark(mark: TradeMark): Promise<void>;
  setMarket(market: string): Promise<void>;
  setLastConfig(config: string): Promise<void>;
}

export interface FundInput {
  readonly account: string;
  readonly asset: string;
  readonly amount: DecimalText;
  readonly atMs: number;
  readonly reason: string;
  /** Where it comes from; `external` when not said. */
  readonly from?: 'external' | 'adjustment';
  /**
   * What the account is worth before: peak and day start change in the same proportion, so that a
   * drawdown stays the fraction it is. Without it they change by the amount.
   */
  readonly equityQuote?: DecimalText | undefined;
}

export interface ProtectionInput {
  readonly account: string;
  readonly pair: Pair;
  readonly stopPrice: DecimalText | undefined;
  readonly targetPrice: DecimalText | undefined;
}

export interface SettleInput {
  readonly id: string;
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  readonly detail: string;
  readonly atMs: number;
}

export interface OpenLedgerOptions {
  /** Database file; the folder must exist. */
  readonly path: string;
  readonly deskId: string;
  /** Shown to whoever is refused: process, host. */
  readonly owner: string;
  readonly nowMs: number;
  /** `full` in production: a commit survives a power cut. `normal` may lose the last ones. */
  readonly synchronous: 'normal' | 'full';
}

/**
 * Opens the ledger for writing, migrates it and takes the lease. Throws DeskError `ledger.in-use`
 * with who and since when, `ledger.corrupt`, `ledger.newer`, `ledger.read-only`, `ledger.disk-full`.
 */
export type OpenLedger = (options: OpenLedgerOptions) => Promise<Ledger>;
