/** The trading floor: every account of the practice exchange over one world of markets. */
import type { World } from '../world.ts';
import { Account } from './account.ts';
import { AccountBook } from './account-book.ts';
import { unitsOf } from './amount.ts';
import { Clerk } from './clerk.ts';
import { Dealer } from './dealer.ts';
import { FloorMarket } from './floor-market.ts';
import { FloorState } from './floor-state.ts';
import { FileJournal, forgetfulJournal, readJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import type { JournalEntry } from './journal-entry.ts';
import { Lists } from './lists.ts';
import { OrderCount } from './order-count.ts';
import type { OrderRecord } from './order-record.ts';
import { loadState, reopen } from './restore.ts';
import type { SymbolRules } from './rules.ts';
import { snapshot } from './snapshot.ts';
import type { AccountStart, TradingAccount, TradingFloor } from './trading.ts';

/** What a new customer of the venue pays. */
const USUAL_FRACTION = '0.001';

export interface FloorOptions {
  readonly world: Pick<World, 'markets' | 'now' | 'step'>;
  /** A symbol's rules at this moment: faults change them. */
  readonly rulesOf: (symbol: string) => SymbolRules;
  /** Where accounts live on when the process ends; absent: in memory only. */
  readonly journalFile?: string;
}

export function openFloor(options: FloorOptions): TradingFloor {
  const { world, rulesOf } = options;
  const { journal, entries } = openJournal(options.journalFile);
  const state = new FloorState(journal, snapshot);
  loadState(state, entries);
  const markets = new Map(
    world.markets.map((market) => [market.spec.symbol, new FloorMarket(market)]),
  );
  const counts = new Map<number, OrderCount>();
  const countOf = (uid: number): OrderCount => {
    const count = counts.get(uid) ?? new OrderCount();
    counts.set(uid, count);
    return count;
  };
  const dealer = new Dealer({
    state,
    markets,
    priceRange: (symbol) => rulesOf(symbol).priceRange,
    onFirstFill: (order: OrderRecord, isMaker) => countOf(order.uid).onFirstFill(isMaker),
  });
  const clerk = new Clerk({ dealer, markets, rules: rulesOf });
  const lists = new Lists(dealer, clerk);
  const accounts = new Map<number, TradingAccount>();
  journal.replace(snapshot(state));
  dealer.step(() => reopen(state, { dealer, markets, nowMs: world.now() }));

  // The traders are behind by up to a slice; an order meets the market of this moment.
  function catchUp(symbol: string): number {
    const nowMs = world.now();
    if (dealer.isBusy) return nowMs;
    world.step();
    const { market } = clerk.market(symbol);
    if (market.status === 'TRADING') market.candles.advance(nowMs);
    return nowMs;
  }

  function account(uid: number): TradingAccount {
    const found = accounts.get(uid);
    if (found !== undefined) return found;
    const book = state.book(uid);
    const now = (): number => world.now();
    const parts = { book, dealer, clerk, lists, count: countOf(uid), catchUp, now };
    const made = new Account(parts);
    accounts.set(uid, made);
    return made;
  }

  function open(start: AccountStart): TradingAccount {
    if (!state.books.has(start.uid)) {
      dealer.step(() => state.addAccount(newBook(start, world.now())));
    }
    return account(start.uid);
  }

  return { account, open, uids: () => [...state.books.keys()], close: () => journal.close() };
}

function openJournal(file: string | undefined): { journal: Journal; entries: JournalEntry[] } {
  if (file === undefined) return { journal: forgetfulJournal(), entries: [] };
  const entries = readJournal(file);
  return { journal: new FileJournal(file), entries };
}

function newBook(start: AccountStart, nowMs: number): AccountBook {
  const book = new AccountBook({
    uid: start.uid,
    makerFraction: unitsOf(start.makerFraction ?? USUAL_FRACTION),
    takerFraction: unitsOf(start.takerFraction ?? USUAL_FRACTION),
    paysInBnb: start.paysInBnb ?? false,
  });
  for (const { asset, amount } of start.balances) book.purse.move(asset, unitsOf(amount));
  book.purse.takeTouched();
  book.updateTimeMs = nowMs;
  return book;
}
