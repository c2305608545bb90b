import { fillOf } from '#core/reconcile/trades.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type { TradingVenue, WriteAnswer } from '#exchange/trading/trading-venue.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type {
  Bracket,
  Broker,
  BrokerFeatures,
  FillQuery,
  OrderReport,
  PairRestore,
} from '../broker.ts';
import { AccountEar, type ForeignListener } from './account-ear.ts';
import { completeBracket, completeFills } from './complete-answer.ts';
import { fillsSince } from './fills-since.ts';
import { isNews, KnownOrders } from './known-orders.ts';
import { bracketTicket, exitsTicket, ticketOf } from './order-tickets.ts';
import { tradeNames, type TradeNames } from './trade-names.ts';
import { acceptance, ending, fillEvent, ownId, reportOf, trigger } from './venue-news.ts';

/**
 * An order older than this is not sent any more: the process slept, or was stopped and woken, and
 * somebody else may have been told by now that it never came (see `absenceFenceMs`).
 */
export const SEND_WITHIN_MS = 3_000;
/** What a write allows for the way to the venue; the exchange layer sends the same. */
const RECV_WINDOW_MS = 2_000;
/** The venue gives up on its own engine after this (-1007). */
const BACKEND_MS = 10_000;

export interface LiveBrokerOptions {
  readonly account: string;
  /** First letters of the ids of this desk's orders. */
  readonly tag: string;
  readonly venue: TradingVenue;
  /** The venue's time. */
  readonly clock: Clock;
  readonly log: Log;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  readonly background: (name: string, work: Promise<unknown>) => void;
  /** What happens on the account that is not the desk's. */
  readonly foreign?: ForeignListener;
  readonly sendWithinMs?: number;
}

/**
 * The real account. Commands go out once and answer what is known; the account's stream tells the
 * rest, and what it may have missed is asked for after each gap. Nothing here decides anything.
 *
 * 1. Orders whose ids do not carry the desk's tag never reach the listener.
 * 2. A fill is told once by its trade id, whichever way it came; an end is told after the fills that
 *    the venue counts in it.
 * 3. An order is sent within SEND_WITHIN_MS of its making or never, so that the fence holds although
 *    the process may be stopped and woken at any instruction.
 */
export class LiveBroker implements Broker {
  readonly account: string;
  readonly features: BrokerFeatures;
  readonly absenceFenceMs: number;
  readonly #options: LiveBrokerOptions;
  readonly #known = new KnownOrders();
  readonly #names: TradeNames;
  readonly #ear: AccountEar;
  #listener: (event: OrderEvent) => void = () => undefined;

  constructor(options: LiveBrokerOptions) {
    const { account, venue } = options;
    this.account = account;
    this.#options = options;
    const { hasBracket, hasCancelReplace, hasStops } = venue.features;
    this.features = { hasBracket, hasReplace: hasCancelReplace, hasStops };
    this.absenceFenceMs = this.#sendWithinMs + RECV_WINDOW_MS + BACKEND_MS;
    this.#names = tradeNames({
      venue,
      known: (pair, venueOrderId) => this.#known.named(pair, venueOrderId),
    });
    this.#ear = new AccountEar({
      ...options,
      known: this.#known,
      tell: (event) => this.#listener(event),
    });
  }

  listen(listener: (event: OrderEvent) => void): void {
    this.#listener = listener;
  }

  /** Begins to hear the account; what happened before is asked for by `restore`. */
  open(): void {
    this.#ear.open();
  }

  close(): Promise<void> {
    return this.#ear.close();
  }

  async restore(state: PairRestore): Promise<void> {
    for (const order of state.orders) this.#known.expect(order);
    await this.#ear.restore(state.pair, state.orders);
  }

  isCurrent(pair: Pair): boolean {
    return this.#ear.isCurrent(pair);
  }

  /** The venue itself watches its stops: no public trade has to be looked at. */
  seen(): undefined {
    return undefined;
  }

  place(order: Order): Promise<CommandOutcome> {
    const { venue } = this.#options;
    return this.#send([order], () => venue.place(ticketOf(order, this.#ways)));
  }

  placeExitList(legs: { readonly stop: Order; readonly target: Order }): Promise<CommandOutcome> {
    const { venue } = this.#options;
    if (!venue.features.hasExits) return Promise.resolve(notSupported('order lists'));
    const ticket = exitsTicket(legs, this.#ways);
    return this.#send([legs.stop, legs.target], () => venue.placeExits(ticket));
  }

  placeBracket(bracket: Bracket): Promise<CommandOutcome> {
    const { venue } = this.#options;
    if (!venue.features.hasBracket) return Promise.resolve(notSupported('brackets'));
    const orders = [bracket.entry, bracket.stop, bracket.target];
    const ticket = bracketTicket(bracket, this.#ways);
    return this.#send(orders, async () =>
      completeBracket(this.#context(), await venue.placeBracket(ticket), bracket),
    );
  }

  replace(old: Order, next: Order): Promise<CommandOutcome> {
    const { venue } = this.#options;
    if (!venue.features.hasCancelReplace) return Promise.resolve(notSupported('replacements'));
    const { pair, clientOrderId } = old;
    const ticket = ticketOf(next, this.#ways);
    return this.#send([next], () => venue.cancelReplace({ pair, clientOrderId }, ticket));
  }

  async cancel(order: Pick<Order, 'clientOrderId' | 'pair'>): Promise<CommandOutcome> {
    const { pair, clientOrderId } = order;
    const { clock, venue } = this.#options;
    const startedMs = clock.monotonic();
    return this.#outcome(await venue.cancel({ pair, clientOrderId }), startedMs);
  }

  async query(order: Pick<Order, 'clientOrderId' | 'pair'>): Promise<OrderReport | 'absent'> {
    const { pair, clientOrderId } = order;
    const found = await this.#options.venue.order({ pair, clientOrderId });
    if (found === 'absent') return found;
    const known = this.#known.note(clientOrderId, pair, found.atMs);
    this.#known.name(known, found.venueOrderId);
    return reportOf(clientOrderId, found);
  }

  async openOrders(): Promise<readonly OrderReport[]> {
    const orders = await this.#options.venue.openOrders();
    return orders.flatMap((order) => {
      const id = ownId(order.clientOrderId, this.#options.tag);
      return id === undefined ? [] : [reportOf(id, order)];
    });
  }

  fillsSince(query: FillQuery): Promise<readonly Fill[]> {
    return fillsSince({ ...this.#options, names: this.#names }, query);
  }

  get #ways() {
    const { hasTrailingStop } = this.#options.venue.features;
    return { hasTrailingStop, sendWithinMs: this.#sendWithinMs };
  }

  get #sendWithinMs(): number {
    return this.#options.sendWithinMs ?? SEND_WITHIN_MS;
  }

  async #send(
    orders: readonly Order[],
    write: () => Promise<WriteAnswer>,
  ): Promise<CommandOutcome> {
    const { clock, venue } = this.#options;
    const ageMs = clock.now() - Math.min(...orders.map(({ createdMs }) => createdMs));
    if (ageMs > this.#sendWithinMs) {
      const reason = `not sent: the order is ${Math.round(ageMs)} ms old`;
      return { outcome: 'refused', code: 'too-old', reason };
    }
    if (!venue.features.hasStops && orders.some(({ stopPrice }) => stopPrice !== undefined)) {
      return notSupported('stops');
    }
    for (const order of orders) this.#known.expect(order);
    const startedMs = clock.monotonic();
    return this.#outcome(await write(), startedMs);
  }

  #context() {
    return { ...this.#options, known: this.#known };
  }

  /** Tells what the answer says too: the stream may be the one that fails. */
  async #outcome(given: WriteAnswer, startedMs: number): Promise<CommandOutcome> {
    const answer = await completeFills(this.#context(), given);
    if (answer.outcome === 'refused') {
      return { outcome: 'refused', code: String(answer.code), reason: answer.reason };
    }
    if (answer.outcome === 'unknown') return answer;
    const events = this.#eventsOf(answer);
    for (const event of events) {
      const { clientOrderId, pair, atMs } = event;
      if (isNews(this.#known.note(clientOrderId, pair, atMs), event)) this.#listener(event);
      // The stream is silent about what the venue never took.
      if (event.kind !== 'rejected') this.#ear.expectNews(clientOrderId, startedMs);
    }
    return { outcome: 'accepted', events };
  }

  #eventsOf(answer: WriteAnswer & { readonly outcome: 'accepted' }): readonly OrderEvent[] {
    const { tag, account, clock } = this.#options;
    const events: OrderEvent[] = [];
    const add = (event: OrderEvent | undefined): void => {
      if (event !== undefined) events.push(event);
    };
    for (const order of answer.orders) {
      const id = ownId(order.clientOrderId, tag);
      if (id === undefined) continue;
      const known = this.#known.note(id, order.pair, order.atMs);
      this.#known.name(known, order.venueOrderId);
      const end = ending(id, order);
      // A cancel says nothing about when the order was accepted: that is long known.
      if (end?.kind !== 'cancelled') add(acceptance(id, order));
      add(trigger(id, order));
      for (const trade of answer.trades) {
        if (trade.venueOrderId !== order.venueOrderId) continue;
        add(fillEvent(fillOf(trade, { account, clientOrderId: id })));
      }
      add(end);
    }
    const refused = answer.refused && ownId(answer.refused.clientOrderId, tag);
    const pair = answer.orders[0]?.pair;
    if (answer.refused !== undefined && refused !== undefined && pair !== undefined) {
      const { code, reason } = answer.refused;
      const about = { clientOrderId: refused, pair, atMs: clock.now() };
      add({ ...about, kind: 'rejected', code: String(code), reason: `${code}: ${reason}` });
    }
    return events;
  }
}

function notSupported(what: string): CommandOutcome {
  return { outcome: 'refused', code: 'not-supported', reason: `the venue has no ${what}` };
}
