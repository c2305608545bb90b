/**
 * Puts orders to work and books what comes of it. Everything is one instant and one thread: a
 * step begins with a request or with somebody else's trade, runs to its end, and is committed.
 *
 * 1. Nothing is placed that could not be paid: holds are made before the engine is asked.
 * 2. Every fill of the engine that names an account is booked exactly once, as taker from the
 *    answer, as maker from the market's report.
 * 3. Stop orders look at each trade in its order; what they set off comes after what set them off.
 */
import { assert } from '#platform/errors.ts';
import type { Fill } from '#practice/engine/order.ts';
import { ApiError } from '../server/api-error.ts';
import { heldWith, need } from './account-book.ts';
import type { AccountBook } from './account-book.ts';
import { amountText, times } from './amount.ts';
import type { Units } from './amount.ts';
import { commissionOf } from './commission.ts';
import type { FloorMarket } from './floor-market.ts';
import type { FloorState, Report } from './floor-state.ts';
import { isContingent, isMarket, isOpen, remaining } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import { onPrice } from './stops.ts';
import { uidOf } from './owner.ts';
import { Taker } from './taker.ts';
import type { ExpiryReason, OwnTrade } from './trading.ts';

const EXECUTION_TYPES = {
  CANCELED: 'CANCELED',
  EXPIRED: 'EXPIRED',
  EXPIRED_IN_MATCH: 'TRADE_PREVENTION',
} as const;

/** What the order lists want to know; they live in a file of their own. */
export interface ListWatch {
  /** Before an order trades or starts to work: its other half ends. */
  onStart(order: OrderRecord, timeMs: number): void;
  /** After an order has ended, filled or not. */
  onEnd(order: OrderRecord, timeMs: number): void;
  /** What the working order of an OPO receives is kept for its pending orders. */
  keepsReceived(order: OrderRecord): boolean;
  onReceived(order: OrderRecord, amount: Units): void;
}

export interface DealerParts {
  readonly state: FloorState;
  readonly markets: ReadonlyMap<string, FloorMarket>;
  readonly onFirstFill: (order: OrderRecord, isMaker: boolean) => void;
  readonly priceRange: (symbol: string) => { up: string; down: string } | undefined;
}

const STOPPED = 'the accounts of the exchange stopped at an error';

export class Dealer {
  readonly state: FloorState;
  readonly priceRange: DealerParts['priceRange'];
  readonly #markets: ReadonlyMap<string, FloorMarket>;
  readonly #onFirstFill: DealerParts['onFirstFill'];
  readonly #taker: Taker;
  #lists: ListWatch | undefined;
  #isBusy = false;
  #isBroken = false;
  #later: (() => void)[] = [];

  constructor(parts: DealerParts) {
    this.state = parts.state;
    this.priceRange = parts.priceRange;
    this.#markets = parts.markets;
    this.#onFirstFill = parts.onFirstFill;
    this.#taker = new Taker(this);
    for (const market of parts.markets.values()) {
      market.market.onFills = (fills) => this.#onFills(market, fills);
    }
  }

  watchLists(lists: ListWatch): void {
    this.#lists = lists;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /**
   * Runs one step; what it sets off runs after it, and all is committed together. A refusal is an
   * answer; any other error leaves the accounts in no known state, so nothing of it is written and
   * nothing more is done: the exchange that starts again finds what was last committed.
   */
  step<T>(work: () => T): T {
    if (this.#isBusy) return work();
    assert(!this.#isBroken, STOPPED);
    this.#isBusy = true;
    this.#isBroken = true;
    try {
      const result = this.#runAll(work);
      this.#isBroken = false;
      return result;
    } catch (error) {
      this.#isBroken = !(error instanceof ApiError);
      throw error;
    } finally {
      this.#isBusy = false;
      if (!this.#isBroken) this.#commit();
    }
  }

  #runAll<T>(work: () => T): T {
    const result = work();
    for (let next = this.#later.shift(); next !== undefined; next = this.#later.shift()) next();
    return result;
  }

  #commit(): void {
    this.#isBroken = true;
    const tell = this.state.commit();
    this.#isBroken = false;
    tell();
  }

  /** Runs after what happens now, in the same step. */
  later(work: () => void): void {
    this.#later.push(work);
  }

  market(symbol: string): FloorMarket {
    const market = this.#markets.get(symbol);
    assert(market !== undefined, 'no such symbol on the floor', { symbol });
    return market;
  }

  book(order: OrderRecord): AccountBook {
    return this.state.book(order.uid);
  }

  /** Takes a checked order: it waits for its trigger or works at once. */
  enter(order: OrderRecord, timeMs: number): void {
    if (!isContingent(order)) {
      this.work(order, timeMs);
      return;
    }
    order.stage = 'waiting';
    order.status = 'NEW';
    order.updateTimeMs = timeMs;
    this.market(order.symbol).waiting.add(order);
    this.state.changed(order);
    this.hold(order);
    this.state.report(order, { executionType: 'NEW', timeMs });
  }

  /** Makes an order work: it trades with what is there, and rests or ends. */
  work(order: OrderRecord, timeMs: number): void {
    this.market(order.symbol).waiting.delete(order);
    order.stage = 'book';
    order.status = 'NEW';
    order.isWorking = true;
    order.workingTimeMs = timeMs;
    order.updateTimeMs = timeMs;
    this.state.changed(order);
    // A market order is paid as it trades: it is over before anything else happens.
    if (isMarket(order)) this.release(order);
    else this.hold(order);
    this.state.report(order, { executionType: 'NEW', timeMs });
    this.#taker.run(order, timeMs);
  }

  /** What a market buy would pay now. */
  cost(order: OrderRecord): Units {
    return this.#taker.cost(order);
  }

  /** How much a market order for a value would trade now. */
  qtyFor(order: OrderRecord, value: Units): Units {
    return this.#taker.qtyFor(order, value);
  }

  /** Puts an order that rested before a restart back on the book. */
  rest(order: OrderRecord, timeMs: number): void {
    this.#taker.run(order, timeMs);
  }

  /** Locks what the order and its other half need now. */
  hold(order: OrderRecord): void {
    const book = this.book(order);
    const { spec } = this.market(order.symbol);
    const { key, orders } = heldWith(book, order);
    const needs = orders.map(need);
    const most = needs.reduce((max, amount) => (amount > max ? amount : max), 0n);
    book.purse.hold(key, order.side === 'BUY' ? spec.quote : spec.base, most);
  }

  release(order: OrderRecord): void {
    const book = this.book(order);
    const { spec } = this.market(order.symbol);
    const { key } = heldWith(book, order);
    book.purse.hold(key, order.side === 'BUY' ? spec.quote : spec.base, 0n);
  }

  /** Ends an order that did not fill: cancelled by its owner, or expired. */
  end(
    order: OrderRecord,
    how: {
      readonly status: 'CANCELED' | 'EXPIRED' | 'EXPIRED_IN_MATCH';
      readonly timeMs: number;
      readonly reason?: ExpiryReason;
      readonly cancelId?: string;
      readonly prevented?: Report['prevented'];
    },
  ): void {
    if (!isOpen(order)) return;
    const market = this.market(order.symbol);
    market.waiting.delete(order);
    if (order.stage === 'book') market.market.engine.cancel(order.orderId);
    order.status = how.status;
    if (how.reason !== undefined) order.expiryReason = how.reason;
    this.#finish(order, how.timeMs);
    this.state.report(order, {
      executionType: EXECUTION_TYPES[how.status],
      timeMs: how.timeMs,
      prevented: how.prevented,
      ...(how.cancelId === undefined ? {} : { cancelId: how.cancelId }),
    });
    this.#lists?.onEnd(order, how.timeMs);
  }

  /** Books one fill for one side of it. */
  fill(order: OrderRecord, fill: Fill, isMaker: boolean): OwnTrade {
    const timeMs = Math.max(fill.timeMs, order.updateTimeMs);
    const market = this.market(order.symbol);
    this.#lists?.onStart(order, timeMs);
    if (order.executed === 0n) this.#onFirstFill(order, isMaker);
    const qty = market.qty(fill.lots);
    const price = market.price(fill.ticks);
    const quote = times(price, qty);
    const commission = this.#settle(order, { qty, quote, isMaker });
    order.executed += qty;
    order.quote += quote;
    order.status = remaining(order) === 0n ? 'FILLED' : 'PARTIALLY_FILLED';
    order.updateTimeMs = timeMs;
    const trade: OwnTrade = {
      symbol: order.symbol,
      id: fill.tradeId,
      orderId: order.orderId,
      orderListId: order.orderListId,
      price: amountText(price),
      qty: amountText(qty),
      quoteQty: amountText(quote),
      commission: amountText(commission.amount),
      commissionAsset: commission.asset,
      timeMs,
      isBuyer: order.side === 'BUY',
      isMaker,
    };
    const isFilled = order.status === 'FILLED';
    if (isFilled) this.#finish(order, timeMs);
    else if (!isMarket(order)) this.hold(order);
    this.state.traded(this.book(order), trade);
    this.state.report(order, { executionType: 'TRADE', timeMs, trade });
    if (isFilled) this.#lists?.onEnd(order, timeMs);
    return trade;
  }

  #finish(order: OrderRecord, timeMs: number): void {
    order.stage = 'done';
    order.updateTimeMs = timeMs;
    this.state.changed(order);
    this.hold(order);
  }

  #settle(
    order: OrderRecord,
    fill: { qty: Units; quote: Units; isMaker: boolean },
  ): { asset: string; amount: Units } {
    const book = this.book(order);
    const { base, quote: quoteAsset } = this.market(order.symbol).spec;
    const isBuy = order.side === 'BUY';
    const [paid, payAsset] = isBuy ? [fill.quote, quoteAsset] : [fill.qty, base];
    const [received, asset] = isBuy ? [fill.qty, base] : [fill.quote, quoteAsset];
    if (isMarket(order)) book.purse.move(payAsset, -paid);
    else book.purse.spend(heldWith(book, order).key, paid);
    const commission = commissionOf(book, { received, asset, isMaker: fill.isMaker }, (of) =>
      this.#bnbPrice(of),
    );
    book.purse.move(asset, received);
    const isFromReceived =
      commission.asset === asset &&
      this.#lists?.keepsReceived(order) === true &&
      (asset === 'BNB' || book.purse.free(asset) - received < commission.amount);
    book.purse.move(commission.asset, -commission.amount);
    if (this.#lists?.keepsReceived(order) === true) {
      this.#lists.onReceived(order, isFromReceived ? received - commission.amount : received);
    }
    return commission;
  }

  /** Price of one BNB in an asset, where the exchange trades that. */
  #bnbPrice(asset: string): Units | undefined {
    for (const market of this.#markets.values()) {
      if (market.spec.base === 'BNB' && market.spec.quote === asset) return market.lastPrice();
    }
    return this.#throughQuote(asset);
  }

  #throughQuote(asset: string): Units | undefined {
    for (const market of this.#markets.values()) {
      if (market.spec.base !== asset) continue;
      const own = market.lastPrice();
      const bnb = [...this.#markets.values()]
        .find(({ spec }) => spec.base === 'BNB' && spec.quote === market.spec.quote)
        ?.lastPrice();
      if (own !== undefined && own > 0n && bnb !== undefined) return (bnb * 100_000_000n) / own;
    }
    return undefined;
  }

  #onFills(market: FloorMarket, fills: readonly Fill[]): void {
    // The market of an exchange whose accounts are broken stops as well, and the process with it.
    assert(this.#isBusy || !this.#isBroken, STOPPED);
    const isOurs = fills.some((fill) => uidOf(fill.makerOwner) !== undefined);
    if (!isOurs && market.waiting.size === 0) return;
    this.step(() => {
      for (const fill of fills) {
        const order = this.#makerOf(market, fill);
        if (order !== undefined) this.fill(order, fill, true);
      }
      for (const fill of fills) {
        const price = market.price(fill.ticks);
        this.later(() => this.#onPrice(market, price, fill.timeMs));
      }
    });
  }

  #makerOf(market: FloorMarket, fill: Fill): OrderRecord | undefined {
    const uid = uidOf(fill.makerOwner);
    if (uid === undefined) return undefined;
    const order = this.state.book(uid).order(market.spec.symbol, fill.makerOrderId);
    assert(order !== undefined, 'the engine fills an order nobody has', { fill });
    return order;
  }

  #onPrice(market: FloorMarket, price: Units, atMs: number): void {
    // What one order sets off may end another that waits: the live set is read.
    for (const order of market.waiting) {
      if (order.stage !== 'waiting') continue;
      const timeMs = Math.max(atMs, order.updateTimeMs);
      const outcome = onPrice(order, price, timeMs);
      if (outcome === 'trails') this.state.changed(order);
      if (outcome === 'triggers') this.#trigger(order, timeMs);
    }
  }

  #trigger(order: OrderRecord, timeMs: number): void {
    this.#lists?.onStart(order, timeMs);
    const book = this.book(order);
    const { spec } = this.market(order.symbol);
    if (isMarket(order) && order.side === 'BUY') {
      const cost = this.#taker.cost(order);
      const has = book.purse.free(spec.quote) + book.purse.held(heldWith(book, order).key);
      if (cost > has) {
        this.end(order, { status: 'EXPIRED', reason: 'REJECTED', timeMs });
        return;
      }
    }
    this.work(order, timeMs);
  }
}
