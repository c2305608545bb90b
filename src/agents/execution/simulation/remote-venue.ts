import type { Fill } from '#core/model/fill.ts';
import type { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type {
  Bracket,
  Broker,
  BrokerFeatures,
  FillQuery,
  OrderReport,
  PairRestore,
  SeenTrades,
} from '#broker/broker.ts';
import type { PaperBroker } from '#broker/paper/paper-broker.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { Random } from '#platform/random.ts';

export interface RemoteFaults {
  /** Chances per command or event. */
  readonly lostRequest: number;
  readonly lateRequest: number;
  readonly lostReply: number;
  readonly lostEvent: number;
  readonly doubledEvent: number;
  readonly lateEvent: number;
  readonly failedQuery: number;
}

export const NO_FAULTS: RemoteFaults = {
  lostRequest: 0,
  lateRequest: 0,
  lostReply: 0,
  lostEvent: 0,
  doubledEvent: 0,
  lateEvent: 0,
  failedQuery: 0,
};

const FENCE_MS = 2_000;

/**
 * A venue across a bad network, as a real one is: it goes on while the desk is dead, loses requests
 * and replies, executes some late, and tells events twice, late or never. Its rules are the paper
 * broker's.
 */
export class RemoteVenue implements Broker {
  readonly account: string;
  readonly features: BrokerFeatures;
  readonly absenceFenceMs = FENCE_MS;
  readonly #inner: PaperBroker;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #faults: () => RemoteFaults;
  #listener: (event: OrderEvent) => void = () => undefined;

  constructor(options: {
    readonly inner: PaperBroker;
    readonly clock: Clock;
    readonly random: Random;
    readonly faults: () => RemoteFaults;
  }) {
    this.#inner = options.inner;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#faults = options.faults;
    this.account = options.inner.account;
    this.features = options.inner.features;
    this.#inner.listen((event) => this.#tell(event));
  }

  listen(listener: (event: OrderEvent) => void): void {
    this.#listener = listener;
  }

  /** It never forgot anything: what was missed is asked for by `query`. */
  restore(_state: PairRestore): Promise<void> {
    return Promise.resolve();
  }

  isCurrent(_pair: Pair): boolean {
    return true;
  }

  seen(_pair: Pair): SeenTrades | undefined {
    return undefined;
  }

  place(order: Order): Promise<CommandOutcome> {
    return this.#over(() => this.#inner.place(order));
  }

  placeExitList(legs: { readonly stop: Order; readonly target: Order }): Promise<CommandOutcome> {
    return this.#over(() => this.#inner.placeExitList(legs));
  }

  placeBracket(bracket: Bracket): Promise<CommandOutcome> {
    return this.#over(() => this.#inner.placeBracket(bracket));
  }

  replace(old: Order, next: Order): Promise<CommandOutcome> {
    return this.#over(() => this.#inner.replace(old, next));
  }

  cancel(order: Pick<Order, 'clientOrderId' | 'pair'>): Promise<CommandOutcome> {
    return this.#over(() => this.#inner.cancel(order));
  }

  async query(order: Pick<Order, 'clientOrderId' | 'pair'>): Promise<OrderReport | 'absent'> {
    this.#mayFail();
    return this.#inner.query(order);
  }

  async openOrders(): Promise<readonly OrderReport[]> {
    this.#mayFail();
    return this.#inner.openOrders();
  }

  async fillsSince(query: FillQuery): Promise<readonly Fill[]> {
    this.#mayFail();
    return this.#inner.fillsSince(query);
  }

  async #over(command: () => Promise<CommandOutcome>): Promise<CommandOutcome> {
    if (this.#chance(this.#faults().lostRequest)) {
      await this.#clock.sleep(500);
      return { outcome: 'unknown', cause: 'the request was lost' };
    }
    if (this.#chance(this.#faults().lateRequest)) {
      const delayMs = this.#random.next() * (FENCE_MS - 700);
      void this.#clock.sleep(delayMs).then(command);
      await this.#clock.sleep(500);
      return { outcome: 'unknown', cause: 'timeout' };
    }
    const outcome = await command();
    return this.#chance(this.#faults().lostReply)
      ? { outcome: 'unknown', cause: 'the reply was lost' }
      : outcome;
  }

  #tell(event: OrderEvent): void {
    if (this.#chance(this.#faults().lostEvent)) return;
    const times = this.#chance(this.#faults().doubledEvent) ? 2 : 1;
    const delayMs = this.#chance(this.#faults().lateEvent) ? this.#random.next() * 3_000 : 0;
    for (let i = 0; i < times; i += 1) {
      this.#clock.after(delayMs + i * 20, () => this.#listener(event));
    }
  }

  #mayFail(): void {
    if (this.#chance(this.#faults().failedQuery)) throw new TransientError('timeout', 'no answer');
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability;
  }
}
