import { type Decimal, format, isPositive, parse, ZERO } from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { OrderBook, PublicTrade } from '#core/model/market.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type { Bracket, OrderReport } from '../broker.ts';
import { type BookView, bookView, consume, isPassed, visibleAt, walk } from './book-view.ts';
import type { PaperConfig } from './config.ts';
import { paperFill } from './fees.ts';
import { isImmediate, isStop, limitOf, type PaperOrder, paperOrder } from './paper-order.ts';
import { isTaker, type Refusal, refusalOf, wouldExecute } from './refusal.ts';
import { executedAt, gapPrice, hasTriggered, queueTurn, trailedStop } from './match.ts';

/** Ended orders of a pair that can still be asked for. */
const REMEMBERED_MAX = 500;

export interface PairVenueOptions {
  readonly pair: Pair;
  readonly config: PaperConfig;
  readonly tickSize: () => DecimalText | undefined;
  readonly stepSize: () => DecimalText | undefined;
  readonly emit: (event: OrderEvent) => void;
}

/** Without the parts that {@link PairVenue} adds itself. */
type Said = OrderEvent extends infer E
  ? E extends OrderEvent
    ? Omit<E, 'clientOrderId' | 'pair' | 'atMs'>
    : never
  : never;

/**
 * The simulated venue for one pair: real books and trades in, order events out.
 *
 * 1. A taker executes only against a book that is fresh enough and not older than itself.
 * 2. A maker fills when its turn in the queue has come or the market went through its price.
 * 3. Whatever of a list executes or triggers first ends the other legs in the same instant.
 * 4. A stop never executes better than its level, however fast the book comes back.
 * 5. Nothing that happened before an order arrived touches it.
 */
export class PairVenue {
  readonly #options: PairVenueOptions;
  readonly #orders = new Map<ClientOrderId, PaperOrder>();
  readonly #ended = new Map<ClientOrderId, OrderReport>();
  #view: BookView | undefined;
  #lastPrice: Decimal | undefined;
  #owned: Decimal = ZERO;

  constructor(options: PairVenueOptions) {
    this.#options = options;
  }

  /** Puts back what the ledger says about this pair, after a restart. */
  restore(orders: readonly Order[], ownedQty: Decimal): void {
    this.#owned = ownedQty;
    for (const order of orders) {
      this.#orders.set(order.clientOrderId, paperOrder(order, order.updatedMs));
    }
    for (const resting of this.#orders.values()) {
      // Whether an immediate order executed in its instant is not known any more: it did not.
      if (isImmediate(resting.order) || resting.order.status === 'pending-new') {
        this.#end(resting, { kind: 'expired', reason: 'restart' }, resting.order.updatedMs);
      }
    }
  }

  accept(order: Order, nowMs: number): Refusal | undefined {
    const refusal = this.#refusal(order, nowMs);
    if (refusal !== undefined) return refusal;
    this.#enter(order, nowMs);
    return undefined;
  }

  acceptList(legs: readonly Order[], nowMs: number): Refusal | undefined {
    for (const leg of legs) {
      const refusal = this.#refusal(leg, nowMs);
      if (refusal !== undefined) return refusal;
    }
    for (const leg of legs) this.#enter(leg, nowMs);
    return undefined;
  }

  /** A fill-or-kill entry is over in its instant, so its exits work or end in the same one. */
  acceptBracket({ entry, stop, target }: Bracket, nowMs: number): Refusal | undefined {
    if (entry.timeInForce !== 'fok') return { code: 'not-fok', reason: 'the entry may not rest' };
    const refusal = this.#refusal(entry, nowMs);
    if (refusal !== undefined) return refusal;
    const ownedBefore = this.#owned;
    for (const leg of [stop, target]) {
      this.#say(leg, { kind: 'accepted', venueOrderId: venueId(leg), isPending: true }, nowMs);
    }
    this.#enter(entry, nowMs);
    const received = this.#owned.minus(ownedBefore);
    const step = this.#options.stepSize();
    const qty = format(step === undefined ? received : floorToStep(received, step));
    this.#begin([stop, target], qty, nowMs);
    return undefined;
  }

  replace(old: ClientOrderId, next: Order, nowMs: number): Refusal | undefined {
    const filled = this.#orders.get(old)?.filled;
    if (filled !== undefined && isPositive(filled)) {
      return { code: 'partly-filled', reason: 'what is left is not to be replaced' };
    }
    const missed = this.cancel(old, nowMs);
    if (missed !== undefined) return missed;
    const refusal = this.#refusal(next, nowMs);
    if (refusal === undefined) this.#enter(next, nowMs);
    else this.#say(next, { kind: 'rejected', ...refusal }, nowMs);
    return undefined;
  }

  cancel(id: ClientOrderId, nowMs: number): Refusal | undefined {
    const found = this.#orders.get(id);
    if (found === undefined) return { code: 'unknown-order', reason: 'not open' };
    this.#endOthers(found, { kind: 'cancelled', reason: 'the list was cancelled' }, nowMs);
    this.#end(found, { kind: 'cancelled', reason: 'asked for' }, nowMs);
    return undefined;
  }

  onBook(book: OrderBook, nowMs: number): void {
    if (this.#view !== undefined && book.atMs < this.#view.book.atMs) return;
    this.#view = bookView(book, this.#view);
    if (this.#orders.size === 0 || !this.#isFresh(nowMs)) return;
    for (const id of this.#orders.keys()) {
      const current = this.#orders.get(id);
      if (current === undefined || current.sinceMs > book.atMs) continue;
      if (current.mode === 'taking') this.#take(current, this.#view, nowMs);
      if (current.mode === 'resting') this.#lookAtBook(current, nowMs);
    }
  }

  /** `isReplay`: the trade happened while nobody watched, so there is no book of that moment. */
  onTrade(trade: PublicTrade, isReplay: boolean): void {
    const price = parse(trade.price);
    this.#lastPrice = price;
    if (this.#orders.size === 0) return;
    let left = parse(trade.qty);
    for (const id of this.#orders.keys()) {
      const current = this.#orders.get(id);
      if (current === undefined || current.sinceMs > trade.atMs) continue;
      if (current.mode === 'waiting') this.#watch(current, price, trade.atMs, isReplay);
      if (current.mode === 'resting') left = left.minus(this.#queue(current, trade, left));
    }
  }

  report(id: ClientOrderId): OrderReport | 'absent' {
    const open = this.#orders.get(id);
    return open === undefined ? (this.#ended.get(id) ?? 'absent') : openReport(open);
  }

  openReports(): readonly OrderReport[] {
    return [...this.#orders.values()].map(openReport);
  }

  #refusal(order: Order, nowMs: number): Refusal | undefined {
    return refusalOf(order, {
      open: [...this.#orders.values()],
      owned: this.#owned,
      book: this.#isFresh(nowMs) ? this.#view : undefined,
      lastPrice: this.#lastPrice,
    });
  }

  /** Exits whose entry is over: they work for what it brought, or end with it. */
  #begin(legs: readonly Order[], qty: DecimalText, nowMs: number): void {
    if (!isPositive(qty)) {
      const said = { kind: 'expired', reason: 'the entry brought nothing' } as const;
      for (const leg of legs) this.#end(paperOrder(leg, nowMs), said, nowMs);
      return;
    }
    const sized = legs.map((leg) => ({ ...leg, qty }));
    const refusal = sized.map((leg) => this.#refusal(leg, nowMs)).find((why) => why !== undefined);
    if (refusal === undefined) {
      for (const leg of sized) this.#enter(leg, nowMs);
      return;
    }
    for (const leg of sized) {
      this.#forget(paperOrder(leg, nowMs), 'rejected', refusal.reason, nowMs);
      this.#say(leg, { kind: 'rejected', ...refusal }, nowMs);
    }
  }

  #enter(order: Order, nowMs: number): void {
    const entered = paperOrder(order, nowMs);
    this.#orders.set(order.clientOrderId, entered);
    const { qty } = order;
    const venueOrderId = venueId(order);
    this.#say(order, { kind: 'accepted', venueOrderId, isPending: false, qty }, nowMs);
    const view = this.#view;
    if (view !== undefined && this.#isFresh(nowMs)) {
      if (isTaker(order) || (order.type === 'limit' && wouldExecute(order, view))) {
        this.#take(entered, view, nowMs);
      } else if (entered.mode === 'resting') this.#lookAtBook(entered, nowMs);
    } else if (isImmediate(order)) {
      this.#end(entered, { kind: 'expired', reason: 'no fresh book' }, nowMs);
    }
  }

  #isFresh(nowMs: number): boolean {
    const book = this.#view?.book;
    return book !== undefined && nowMs - book.atMs <= this.#options.config.book_max_age_ms;
  }

  #take(taker: PaperOrder, view: BookView, nowMs: number): void {
    const { order } = taker;
    const slices = walk(view, { side: order.side, qty: taker.remaining, limit: limitOf(order) });
    const total = slices.reduce((sum, slice) => sum.plus(slice.qty), ZERO);
    if (order.timeInForce === 'fok' && total.lt(taker.remaining)) {
      this.#end(taker, { kind: 'expired', reason: 'not enough to fill it whole' }, nowMs);
      return;
    }
    this.#view = consume(view, order.side, slices);
    let current: PaperOrder | undefined = taker;
    for (const slice of slices) {
      if (current === undefined) return;
      const price = executedAt(taker, slice.price);
      current = this.#fill(current, { price, qty: slice.qty, liquidity: 'taker', atMs: nowMs });
    }
    if (current !== undefined) this.#afterTaking(current, nowMs);
  }

  #afterTaking(current: PaperOrder, nowMs: number): void {
    if (isImmediate(current.order)) {
      this.#end(current, { kind: 'expired', reason: 'nothing more within the limit' }, nowMs);
    } else if (limitOf(current.order) === undefined) {
      // A real book is deeper than the levels we see: the rest waits for them to refill.
      const sinceMs = (this.#view?.book.atMs ?? nowMs) + 1;
      this.#orders.set(current.order.clientOrderId, { ...current, mode: 'taking', sinceMs });
    } else {
      this.#orders.set(current.order.clientOrderId, { ...current, mode: 'resting' });
    }
  }

  #lookAtBook(maker: PaperOrder, nowMs: number): void {
    const limit = limitOf(maker.order);
    if (this.#view === undefined || limit === undefined) return;
    if (isPassed(this.#view, maker.order.side, limit)) {
      this.#fill(maker, { price: limit, qty: maker.remaining, liquidity: 'maker', atMs: nowMs });
      return;
    }
    if (maker.ahead !== undefined) return;
    const ahead = visibleAt(this.#view, maker.order.side, limit);
    this.#orders.set(maker.order.clientOrderId, { ...maker, ahead });
  }

  /** A trade against a resting order; returns the quantity it took of the trade. */
  #queue(maker: PaperOrder, trade: PublicTrade, left: Decimal): Decimal {
    const limit = limitOf(maker.order);
    if (limit === undefined) return ZERO;
    const turn = queueTurn({ maker, limit, trade, left });
    const kept = { ...maker, ahead: turn.ahead };
    this.#orders.set(maker.order.clientOrderId, kept);
    if (!isPositive(turn.qty)) return ZERO;
    this.#fill(kept, { price: limit, qty: turn.qty, liquidity: 'maker', atMs: trade.atMs });
    return turn.qty.gt(left) ? left : turn.qty;
  }

  #watch(waiting: PaperOrder, price: Decimal, atMs: number, isReplay: boolean): void {
    const { order, stop } = waiting;
    if (stop === undefined) return;
    if (!hasTriggered(order, stop, price)) {
      this.#trail(waiting, price, atMs);
      return;
    }
    this.#endOthers(waiting, { kind: 'expired', reason: 'the other leg triggered' }, atMs);
    this.#say(order, { kind: 'triggered' }, atMs);
    const triggered: PaperOrder = { ...waiting, mode: 'taking', sinceMs: atMs };
    this.#orders.set(order.clientOrderId, triggered);
    if (isReplay && limitOf(order) === undefined) {
      const { config, tickSize } = this.#options;
      const worse = gapPrice(order.side, price, config, tickSize());
      this.#fill(triggered, { price: worse, qty: waiting.remaining, liquidity: 'taker', atMs });
    }
  }

  #trail(waiting: PaperOrder, price: Decimal, atMs: number): void {
    const { config, tickSize } = this.#options;
    const stop = trailedStop(waiting, price, config, tickSize());
    if (stop === undefined) return;
    this.#orders.set(waiting.order.clientOrderId, { ...waiting, stop });
    this.#say(waiting.order, { kind: 'trailed', stopPrice: format(stop) }, atMs);
  }

  #fill(
    before: PaperOrder,
    execution: {
      readonly price: Decimal;
      readonly qty: Decimal;
      readonly liquidity: 'maker' | 'taker';
      readonly atMs: number;
    },
  ): PaperOrder | undefined {
    const { order } = before;
    const fill = paperFill(
      { ...execution, order, filledBefore: before.filled },
      this.#options.config,
    );
    this.#endOthers(before, { kind: 'expired', reason: 'the other leg executed' }, fill.atMs);
    const after: PaperOrder = {
      ...before,
      remaining: before.remaining.minus(execution.qty),
      filled: before.filled.plus(execution.qty),
    };
    const received = order.side === 'buy' ? execution.qty.minus(parse(fill.fee)) : execution.qty;
    this.#owned = order.side === 'buy' ? this.#owned.plus(received) : this.#owned.minus(received);
    this.#orders.set(order.clientOrderId, after);
    this.#say(order, { kind: 'fill', fill }, fill.atMs);
    if (isPositive(after.remaining)) return after;
    this.#forget(after, 'filled', '', fill.atMs);
    return undefined;
  }

  #endOthers(
    cause: PaperOrder,
    said: Said & { kind: 'cancelled' | 'expired' },
    atMs: number,
  ): void {
    const { listId, clientOrderId } = cause.order;
    if (listId === undefined) return;
    for (const other of this.#orders.values()) {
      const isOther = other.order.listId === listId && other.order.clientOrderId !== clientOrderId;
      if (isOther) this.#end(other, said, atMs);
    }
  }

  #end(ended: PaperOrder, said: Said & { kind: 'cancelled' | 'expired' }, atMs: number): void {
    this.#forget(ended, said.kind, said.reason, atMs);
    this.#say(ended.order, said, atMs);
  }

  #forget(ended: PaperOrder, status: OrderReport['status'], reason: string, atMs: number): void {
    this.#orders.delete(ended.order.clientOrderId);
    this.#ended.set(ended.order.clientOrderId, { ...openReport(ended), status, reason, atMs });
    if (this.#ended.size <= REMEMBERED_MAX) return;
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined) this.#ended.delete(oldest);
  }

  #say(order: Order, said: Said, atMs: number): void {
    const { clientOrderId } = order;
    this.#options.emit({ ...said, clientOrderId, pair: this.#options.pair, atMs });
  }
}

function venueId(order: Order): string {
  return `paper-${order.clientOrderId}`;
}

function openReport(open: PaperOrder): OrderReport {
  const { order, filled, mode, sinceMs } = open;
  const isTriggered = mode !== 'waiting' && isStop(order);
  return {
    clientOrderId: order.clientOrderId,
    pair: order.pair,
    venueOrderId: venueId(order),
    status: isPositive(filled) ? 'partly-filled' : isTriggered ? 'triggered' : 'open',
    filledQty: format(filled),
    qty: order.qty,
    reason: '',
    atMs: sinceMs,
  };
}
