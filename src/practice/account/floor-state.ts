/**
 * The accounts in memory and what one step changed of them. Every step ends in `commit`: the
 * journal first, then the listeners, so nobody hears of what a crash could forget.
 */
import { seededRandom } from '#platform/random.ts';
import { ApiError } from '../server/api-error.ts';
import { listState } from './account-book.ts';
import type { AccountBook, ListRecord } from './account-book.ts';
import { amountText } from './amount.ts';
import type { Journal } from './journal.ts';
import type { JournalEntry } from './journal-entry.ts';
import { stateOf } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import type { AccountEvent, OwnTrade, PreventedMatch, Transfer } from './trading.ts';

type Execution = Extract<AccountEvent, { kind: 'execution' }>;

/** What an execution report says besides the order. */
export interface Report {
  readonly executionType: Execution['executionType'];
  readonly timeMs: number;
  /** Of a cancel. */
  readonly cancelId?: string;
  readonly trade?: OwnTrade;
  readonly prevented?: Execution['prevented'] | undefined;
  readonly rejectReason?: string;
}

export interface Counters {
  execution: number;
  list: number;
  transfer: number;
  preventedMatch: number;
}

export class FloorState {
  readonly books = new Map<number, AccountBook>();
  readonly counters: Counters = { execution: 1, list: 1, transfer: 1, preventedMatch: 1 };
  readonly #journal: Journal;
  readonly #whole: () => JournalEntry;
  #orders = new Set<OrderRecord>();
  #lists = new Set<ListRecord>();
  #accounts = new Set<AccountBook>();
  #entry: Pick<JournalEntry, 'trades' | 'preventions' | 'transfers'> = noRows();
  #events: { book: AccountBook; event: AccountEvent }[] = [];

  /** `whole` makes the entry that stands for everything so far. */
  constructor(journal: Journal, whole: (state: FloorState) => JournalEntry) {
    this.#journal = journal;
    this.#whole = () => whole(this);
  }

  book(uid: number): AccountBook {
    const book = this.books.get(uid);
    if (book === undefined)
      throw new ApiError(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
    return book;
  }

  addAccount(book: AccountBook): void {
    this.books.set(book.uid, book);
    this.#accounts.add(book);
  }

  changed(order: OrderRecord): void {
    this.book(order.uid).keep(order);
    this.#orders.add(order);
  }

  keepList(list: ListRecord): void {
    this.book(list.uid).lists.set(list.orderListId, list);
    this.#lists.add(list);
  }

  tellList(list: ListRecord, timeMs: number): void {
    const book = this.book(list.uid);
    list.timeMs = timeMs;
    this.keepList(list);
    this.#tell(book, { kind: 'list', list: listState(book, list), timeMs });
  }

  traded(book: AccountBook, trade: OwnTrade): void {
    book.trades.push(trade);
    this.#entry.trades.push({ uid: book.uid, ...trade });
  }

  prevented(book: AccountBook, match: PreventedMatch): void {
    book.preventions.push(match);
    this.#entry.preventions.push({ uid: book.uid, ...match });
  }

  transferred(book: AccountBook, transfer: Transfer): void {
    book.transfers.push(transfer);
    this.#entry.transfers.push({ uid: book.uid, ...transfer });
  }

  /** Tells of an order, and of the balances that moved with it. */
  report(order: OrderRecord, report: Report): void {
    this.changed(order);
    this.tellOrder(order, report);
    this.tellBalances(this.book(order.uid), report.timeMs);
  }

  /** Only tells: the order itself may be one that the exchange does not keep. */
  tellOrder(order: OrderRecord, report: Report): void {
    const state = stateOf(order);
    const { cancelId } = report;
    this.#tell(this.book(order.uid), {
      kind: 'execution',
      executionType: report.executionType,
      order: cancelId === undefined ? state : { ...state, clientOrderId: cancelId },
      originalClientOrderId: cancelId === undefined ? '' : order.clientOrderId,
      trade: report.trade,
      prevented: report.prevented,
      rejectReason: report.rejectReason ?? 'NONE',
      executionId: this.counters.execution++,
      timeMs: report.timeMs,
    });
  }

  /** Tells of the balances that moved since the last time. */
  tellBalances(book: AccountBook, timeMs: number): void {
    const assets = book.purse.takeTouched();
    if (assets.length === 0) return;
    this.#accounts.add(book);
    book.updateTimeMs = timeMs;
    const pockets = book.purse.pockets();
    const balances = assets.map((asset) => ({
      asset,
      free: amountText(pockets.get(asset)?.free ?? 0n),
      locked: amountText(pockets.get(asset)?.locked ?? 0n),
    }));
    this.#tell(book, { kind: 'position', balances, timeMs });
  }

  tellMoved(book: AccountBook, moved: { asset: string; delta: string; timeMs: number }): void {
    this.#tell(book, { kind: 'balance', ...moved });
  }

  /** Writes what has changed; what is returned tells it. */
  commit(): () => void {
    const events = this.#events;
    const hasRows = Object.values(this.#entry).some((rows) => rows.length > 0);
    if (this.#orders.size + this.#lists.size + this.#accounts.size > 0 || hasRows) {
      this.#journal.write({
        accounts: [...this.#accounts].map(accountRow),
        orders: [...this.#orders],
        lists: [...this.#lists],
        ...this.#entry,
        counters: this.counters,
      });
      if (this.#journal.isLong) this.#journal.replace(this.#whole());
    }
    this.#orders = new Set();
    this.#lists = new Set();
    this.#accounts = new Set();
    this.#entry = noRows();
    this.#events = [];
    return () => {
      for (const { book, event } of events) for (const tell of book.listeners) tell(event);
    };
  }

  /** The same each time for one order, so a replayed journal needs no dice. */
  clientId(order: { readonly symbol: string; readonly orderId: number }, salt: string): string {
    const random = seededRandom(`${salt}/${order.symbol}/${order.orderId}`);
    return Array.from({ length: 22 }, () => ID_LETTERS[random.int(ID_LETTERS.length)]).join('');
  }

  #tell(book: AccountBook, event: AccountEvent): void {
    this.#events.push({ book, event });
  }
}

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function accountRow(book: AccountBook): JournalEntry['accounts'][number] {
  const balances = [...book.purse.pockets()].map(([asset, pocket]) => ({
    asset,
    amount: pocket.free + pocket.locked,
  }));
  return { terms: book.terms, balances, updateTimeMs: book.updateTimeMs };
}

function noRows(): Pick<JournalEntry, 'trades' | 'preventions' | 'transfers'> {
  return { trades: [], preventions: [], transfers: [] };
}
