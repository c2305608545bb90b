import { parse } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { OrderBook, PublicTrade } from '#core/model/market.ts';
import type { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Random } from '#platform/random.ts';
import type {
  Bracket,
  Broker,
  BrokerFeatures,
  FillQuery,
  OrderReport,
  PairRestore,
  SeenTrades,
} from '../broker.ts';
import type { PaperConfig } from './config.ts';
import { PairVenue } from './pair-venue.ts';
import type { Refusal } from './refusal.ts';
import { TradeFeed } from './trade-feed.ts';

/** Executions kept for `fillsSince`; the ledger has them all. */
const FILLS_MAX = 5_000;
/** No command takes longer than this many times the median. */
const LATENCY_MAX_FACTOR = 10;

export interface PaperBrokerOptions {
  readonly account: string;
  readonly config: PaperConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** False when the venue's trade ids have holes of their own, so that none can be seen. */
  readonly hasSequence: () => boolean;
  readonly tickSize: (pair: Pair) => DecimalText | undefined;
  readonly stepSize: (pair: Pair) => DecimalText | undefined;
  readonly missedTrades: (pair: Pair, fromId: number) => Promise<readonly PublicTrade[]>;
  readonly background: (name: string, work: Promise<void>) => void;
  readonly onProblem: (pair: Pair, cause: string) => void;
}

/**
 * A simulated account on live books and trades. It lives and dies with the desk: what it knew comes
 * back from the ledger through `restore`, which replays the trades that passed meanwhile before it
 * says what became of the stops. An order whose acceptance is not in the ledger was never placed.
 */
export class PaperBroker implements Broker {
  readonly account: string;
  readonly features: BrokerFeatures = { hasBracket: true, hasReplace: true, hasStops: true };
  readonly absenceFenceMs: number = 0;
  readonly #options: PaperBrokerOptions;
  readonly #venues = new Map<Pair, PairVenue>();
  readonly #feeds = new Map<Pair, TradeFeed>();
  readonly #fills: Fill[] = [];
  #listener: (event: OrderEvent) => void = () => undefined;
  #collected: OrderEvent[] | undefined;

  constructor(options: PaperBrokerOptions) {
    this.account = options.account;
    this.#options = options;
  }

  listen(listener: (event: OrderEvent) => void): void {
    this.#listener = listener;
  }

  async restore(state: PairRestore): Promise<void> {
    this.#venue(state.pair).restore(state.orders, parse(state.ownedQty));
    const { seen } = state;
    if (seen !== undefined) await this.#feed(state.pair).resume(seen.lastTradeId, seen.atMs);
  }

  onBook(book: OrderBook): void {
    this.#venue(book.pair).onBook(book, this.#options.clock.now());
  }

  onTrades(trades: readonly PublicTrade[]): void {
    for (const trade of trades) this.#feed(trade.pair).onTrade(trade);
  }

  isCurrent(pair: Pair): boolean {
    return this.#feeds.get(pair)?.isCurrent ?? false;
  }

  seen(pair: Pair): SeenTrades | undefined {
    const feed = this.#feeds.get(pair);
    return feed?.lastId === undefined
      ? undefined
      : { lastTradeId: feed.lastId, atMs: feed.lastAtMs };
  }

  place(order: Order): Promise<CommandOutcome> {
    return this.#command((nowMs) => this.#venue(order.pair).accept(order, nowMs));
  }

  placeExitList(legs: { readonly stop: Order; readonly target: Order }): Promise<CommandOutcome> {
    const { stop, target } = legs;
    return this.#command((nowMs) => this.#venue(stop.pair).acceptList([stop, target], nowMs));
  }

  placeBracket(bracket: Bracket): Promise<CommandOutcome> {
    const { pair } = bracket.entry;
    return this.#command((nowMs) => this.#venue(pair).acceptBracket(bracket, nowMs));
  }

  replace(old: Order, next: Order): Promise<CommandOutcome> {
    return this.#command((nowMs) => this.#venue(old.pair).replace(old.clientOrderId, next, nowMs));
  }

  cancel(order: Pick<Order, 'clientOrderId' | 'pair'>): Promise<CommandOutcome> {
    const { clientOrderId, pair } = order;
    return this.#command((nowMs) => this.#venue(pair).cancel(clientOrderId, nowMs));
  }

  query(order: Pick<Order, 'clientOrderId' | 'pair'>): Promise<OrderReport | 'absent'> {
    return Promise.resolve(this.#venue(order.pair).report(order.clientOrderId));
  }

  openOrders(): Promise<readonly OrderReport[]> {
    return Promise.resolve([...this.#venues.values()].flatMap((venue) => venue.openReports()));
  }

  fillsSince(query: FillQuery): Promise<readonly Fill[]> {
    const { pair, sinceMs } = query;
    return Promise.resolve(
      this.#fills.filter((fill) => fill.pair === pair && fill.atMs >= sinceMs),
    );
  }

  /** A command travels, takes effect in one instant, and its answer travels back. */
  async #command(apply: (nowMs: number) => Refusal | undefined): Promise<CommandOutcome> {
    const oneWayMs = this.#latencyMs() / 2;
    if (!(await this.#travel(oneWayMs))) return { outcome: 'unknown', cause: 'stopped' };
    this.#collected = [];
    const refusal = apply(this.#options.clock.now());
    const events = this.#collected;
    this.#collected = undefined;
    if (!(await this.#travel(oneWayMs))) return { outcome: 'unknown', cause: 'stopped' };
    return refusal === undefined
      ? { outcome: 'accepted', events }
      : { outcome: 'refused', ...refusal };
  }

  /** False when the desk stops meanwhile. */
  #travel(delayMs: number): Promise<boolean> {
    const { clock, signal } = this.#options;
    return clock.sleep(delayMs, signal).then(
      () => true,
      () => false,
    );
  }

  #latencyMs(): number {
    const { latency_ms: medianMs, latency_sigma: sigma } = this.#options.config;
    const drawn = medianMs * Math.exp(sigma * this.#options.random.normal());
    return Math.min(drawn, medianMs * LATENCY_MAX_FACTOR);
  }

  #tell(event: OrderEvent): void {
    this.#collected?.push(event);
    if (event.kind === 'fill') {
      this.#fills.push(event.fill);
      if (this.#fills.length > FILLS_MAX) this.#fills.shift();
    }
    this.#listener(event);
  }

  #venue(pair: Pair): PairVenue {
    const known = this.#venues.get(pair);
    if (known !== undefined) return known;
    const { config, tickSize, stepSize } = this.#options;
    const made = new PairVenue({
      pair,
      config,
      tickSize: () => tickSize(pair),
      stepSize: () => stepSize(pair),
      emit: (event) => this.#tell(event),
    });
    this.#venues.set(pair, made);
    return made;
  }

  #feed(pair: Pair): TradeFeed {
    const known = this.#feeds.get(pair);
    if (known !== undefined) return known;
    const { clock, signal, hasSequence, missedTrades, background, onProblem } = this.#options;
    const made = new TradeFeed({
      pair,
      clock,
      signal,
      hasSequence,
      missedTrades,
      background,
      onTrade: (trade, isReplay) => this.#venue(pair).onTrade(trade, isReplay),
      onProblem: (cause) => onProblem(pair, cause),
    });
    this.#feeds.set(pair, made);
    return made;
  }
}
