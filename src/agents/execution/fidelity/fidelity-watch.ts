import type { SeenBook, SeenTrade } from '#core/fidelity/market-judge.ts';
import {
  beginWatch,
  isWatchOver,
  type OrderWatch,
  stepWatch,
  watchScore,
  type WatchNews,
} from '#core/fidelity/order-watch.ts';
import type { FidelityScore } from '#core/fidelity/score.ts';
import { watchedOrder } from '#core/fidelity/watched-order.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import type { OrderBook, PublicTrade } from '#core/model/market.ts';
import type { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { isEnded } from '#core/orders/transitions.ts';

/** Orders hear of themselves a little after they were decided; the market since then is kept. */
const BOOKS_KEPT = 16;
const TRADES_KEPT = 64;
/** More are under way only when something is wrong; the oldest are then left unscored. */
const WATCHES_MAX = 300;

const WORKING: ReadonlySet<string> = new Set(['open', 'triggered', 'partly-filled', 'filled']);

export interface FidelityOptions {
  /** Way of an order to the venue, as the paper broker has it. */
  readonly latencyMs: number;
  /** True in production: a paper broker without an account is asked the same as the venue. */
  readonly hasTwin: boolean;
}

interface Recent {
  readonly books: OrderBook[];
  readonly trades: PublicTrade[];
}

/**
 * Scores paper fills: in shadow against the live book and tape, in production the paper twin against
 * the venue. It hears what is published after the commit, so it costs an order nothing; what it
 * keeps is bounded, and losing it (a restart) loses the scores under way, nothing else.
 */
export class FidelityWatch {
  readonly #options: FidelityOptions;
  readonly #recent = new Map<Pair, Recent>();
  readonly #watches = new Map<string, OrderWatch>();

  constructor(options: FidelityOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#watches.size;
  }

  onBook(book: OrderBook): void {
    keep(this.#recentOf(book.pair).books, book, BOOKS_KEPT);
    this.#tellPair(book.pair, () => this.#bookNews(book));
  }

  onTrades(trades: readonly PublicTrade[]): void {
    for (const trade of trades) {
      keep(this.#recentOf(trade.pair).trades, trade, TRADES_KEPT);
      this.#tellPair(trade.pair, () => ({ kind: 'trade', trade: seenTrade(trade) }));
    }
  }

  /** What the desk's own order did: on paper in shadow, at the venue in production. */
  onEvent(event: DeskEvent): void {
    const side = this.#options.hasTwin ? 'venue' : 'paper';
    if (event.kind === 'order.filled') {
      const { clientOrderId, qty, price, atMs } = event.fill;
      this.#tell(clientOrderId, {
        kind: 'fill',
        side,
        qty: Number(qty),
        price: Number(price),
        atMs,
      });
    }
    if (event.kind !== 'order.changed') return;
    const { order } = event;
    this.#begin(order);
    const atMs = order.updatedMs;
    if (WORKING.has(order.status)) this.#tell(order.clientOrderId, { kind: 'worked', side, atMs });
    if (isEnded(order.status)) this.#tell(order.clientOrderId, { kind: 'ended', side, atMs });
  }

  /** What the paper twin says about its copy of a live order. */
  onTwin(event: OrderEvent): void {
    const { clientOrderId, atMs } = event;
    const at = { side: 'paper', atMs } as const;
    if (event.kind === 'fill') {
      const { qty, price } = event.fill;
      this.#tell(clientOrderId, { ...at, kind: 'fill', qty: Number(qty), price: Number(price) });
      return;
    }
    if (event.kind === 'rejected' || event.kind === 'trailed') return;
    // The exits of a bracket that bought nothing on paper never worked there.
    if (event.kind === 'accepted' && event.isPending) return;
    const isWorking = event.kind === 'accepted' || event.kind === 'triggered';
    this.#tell(clientOrderId, { ...at, kind: isWorking ? 'worked' : 'ended' });
  }

  /** Scores of what is over; the rest goes on. */
  take(nowMs: number): readonly FidelityScore[] {
    const scores: FidelityScore[] = [];
    for (const [id, watch] of this.#watches) {
      if (!isWatchOver(watch, nowMs)) continue;
      this.#watches.delete(id);
      const score = watchScore(watch);
      if (score !== undefined) scores.push(score);
    }
    return scores;
  }

  #begin(order: Order): void {
    const { clientOrderId, pair } = order;
    // An order that this process did not send has no arrival any more.
    if (this.#watches.has(clientOrderId)) return;
    const recent = this.#recentOf(pair);
    const arrival = arrivalOf(recent.books, order.createdMs);
    if (arrival === undefined) return;
    const watched = watchedOrder(order);
    let watch = beginWatch(watched, arrival, this.#options.hasTwin);
    for (const news of this.#since(recent, order.createdMs)) watch = stepWatch(watch, news);
    this.#watches.set(clientOrderId, watch);
    const [oldest] = this.#watches.keys();
    if (this.#watches.size > WATCHES_MAX && oldest !== undefined) this.#watches.delete(oldest);
  }

  #since({ books, trades }: Recent, fromMs: number): readonly WatchNews[] {
    const news = [
      ...books.map((book) => ({ atMs: book.atMs, news: this.#bookNews(book) })),
      ...trades.map((trade) => ({
        atMs: trade.atMs,
        news: { kind: 'trade', trade: seenTrade(trade) } as const,
      })),
    ];
    return news
      .filter(({ atMs }) => atMs >= fromMs)
      .toSorted((a, b) => a.atMs - b.atMs)
      .map((item) => item.news);
  }

  #bookNews(book: OrderBook): WatchNews {
    return { kind: 'book', book: seenBook(book), latencyMs: this.#options.latencyMs };
  }

  #tell(clientOrderId: string, news: WatchNews): void {
    const watch = this.#watches.get(clientOrderId);
    if (watch !== undefined) this.#watches.set(clientOrderId, stepWatch(watch, news));
  }

  #tellPair(pair: Pair, news: () => WatchNews): void {
    let made: WatchNews | undefined;
    for (const [id, watch] of this.#watches) {
      if (watch.order.pair !== pair) continue;
      made ??= news();
      this.#watches.set(id, stepWatch(watch, made));
    }
  }

  #recentOf(pair: Pair): Recent {
    const known = this.#recent.get(pair);
    if (known !== undefined) return known;
    const fresh: Recent = { books: [], trades: [] };
    this.#recent.set(pair, fresh);
    return fresh;
  }
}

function keep<T>(list: T[], item: T, max: number): void {
  list.push(item);
  if (list.length > max) list.shift();
}

/** The market as it was when the order was decided. */
function arrivalOf(books: readonly OrderBook[], atMs: number): OrderWatch['arrival'] | undefined {
  const book = books.findLast((seen) => seen.atMs <= atMs);
  const [bid, ask] = [book?.bids[0]?.[0], book?.asks[0]?.[0]];
  return bid === undefined || ask === undefined
    ? undefined
    : { bid: Number(bid), ask: Number(ask) };
}

function seenBook({ atMs, bids, asks }: OrderBook): SeenBook {
  const levels = (side: OrderBook['bids']) =>
    side.map(([price, qty]) => [Number(price), Number(qty)] as const);
  return { atMs, bids: levels(bids), asks: levels(asks) };
}

function seenTrade({ atMs, price }: PublicTrade): SeenTrade {
  return { atMs, price: Number(price) };
}
