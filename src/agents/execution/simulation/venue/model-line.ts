import type { Pair } from '#core/model/pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import type { Random } from '#platform/random.ts';
import type {
  AccountListener,
  AccountWatch,
  BracketTicket,
  Commission,
  ExitsTicket,
  KeyRights,
  OrderName,
  OrderTicket,
  TradeQuery,
  TradingFeatures,
  TradingVenue,
  VenueBalance,
  VenueFlow,
  VenueOrder,
  VenueTrade,
  WriteAnswer,
} from '#exchange/trading/trading-venue.ts';
import { BACKEND_MS, type LineFaults, RECV_WINDOW_MS } from './line-faults.ts';
import type { ModelHub } from './model-hub.ts';
import { venueOrder, type ModelOrder } from './model-order.ts';
import { ModelStream } from './model-stream.ts';

export interface LineOptions {
  readonly hub: ModelHub;
  /** The world's: what was sent arrives, whatever became of the sender. */
  readonly clock: Clock;
  /** The desk's: silent when its process is. */
  readonly desk: Clock;
  /** Aborted when the desk's process is dead. */
  readonly signal: AbortSignal;
  readonly random: Random;
  readonly faults: () => LineFaults;
  readonly timeoutMs: number;
  readonly count: (name: string) => void;
  /** A request that writes leaves the process. */
  readonly onSend?: () => void;
}

const FEATURES: TradingFeatures = {
  hasBracket: true,
  hasExits: true,
  hasCancelReplace: true,
  hasSocketOrders: false,
  hasUserStream: true,
  hasStops: true,
  hasTrailingStop: true,
};
const NO_SYMBOL = { outcome: 'refused', code: -1121, reason: 'Invalid symbol.' } as const;
const LATENCY_MS = 40;
const LAG_MS_MAX = 3_000;

/** The model venue as one process of the desk reaches it, across a bad network. */
export class ModelLine implements TradingVenue {
  readonly id = 'model';
  readonly features = FEATURES;
  readonly #options: LineOptions;
  readonly #streams: ModelStream[] = [];
  /** Until when reads do not show an order or trade, by id; drawn once for each. */
  readonly #hiddenUntil = new Map<string, number>();

  constructor(options: LineOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => void this.close());
  }

  place(ticket: OrderTicket): Promise<WriteAnswer> {
    return this.#write('place', ticket.pair, () => this.#venue.place(ticket));
  }

  placeBracket(ticket: BracketTicket): Promise<WriteAnswer> {
    return this.#write('bracket', ticket.entry.pair, () => this.#venue.placeBracket(ticket));
  }

  placeExits(ticket: ExitsTicket): Promise<WriteAnswer> {
    return this.#write('exits', ticket.above.pair, () => this.#venue.placeExits(ticket));
  }

  cancel(order: OrderName): Promise<WriteAnswer> {
    return this.#write('cancel', order.pair, () => this.#venue.cancel(order));
  }

  cancelReplace(old: OrderName, ticket: OrderTicket): Promise<WriteAnswer> {
    return this.#write('replace', old.pair, () => this.#venue.cancelReplace(old, ticket));
  }

  order(name: OrderName): Promise<VenueOrder | 'absent'> {
    return this.#read(() => {
      this.#assertKnown(name.pair);
      const order = this.#venue.order(name);
      return order === undefined || this.#isHidden(order) ? 'absent' : venueOrder(order);
    });
  }

  openOrders(): Promise<readonly VenueOrder[]> {
    return this.#read(() =>
      this.#venue.engine
        .live()
        .filter((order) => !this.#isHidden(order))
        .map(venueOrder),
    );
  }

  trades(query: TradeQuery): Promise<readonly VenueTrade[]> {
    return this.#read(() => {
      this.#assertKnown(query.pair);
      const trades = this.#venue.trades(query);
      // Later ones stay hidden with an earlier one: reading on from the last id loses none.
      const first = trades.findIndex(({ venueTradeId, atMs }) =>
        this.#isLagging(`trade${venueTradeId}`, atMs),
      );
      return first === -1 ? trades : trades.slice(0, first);
    });
  }

  balances(): Promise<readonly VenueBalance[]> {
    return this.#read(() => this.#venue.engine.funds.balances());
  }

  flows(sinceMs: number): Promise<readonly VenueFlow[]> {
    return this.#read(() => this.#venue.flows.filter(({ atMs }) => atMs >= sinceMs));
  }

  rights(): Promise<KeyRights> {
    const rights = { accountId: '1001', canTrade: true, canWithdraw: false, isIpRestricted: true };
    return this.#read(() => rights);
  }

  commission(_pair: Pair): Promise<Commission> {
    const { fraction, discountAsset } = this.#options.hub.commission;
    return this.#read(() => ({ makerFraction: fraction, takerFraction: fraction, discountAsset }));
  }

  watch(listener: AccountListener): AccountWatch {
    const { hub, desk, random, faults, count } = this.#options;
    const stream = new ModelStream({ hub, clock: desk, random, faults, listener, count });
    this.#streams.push(stream);
    return stream;
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) await stream.close();
  }

  get #venue() {
    return this.#options.hub.venue;
  }

  async #write(name: string, pair: Pair, act: () => WriteAnswer): Promise<WriteAnswer> {
    const { desk, timeoutMs, count } = this.#options;
    this.#options.onSend?.();
    const answer = await new Promise<WriteAnswer>((resolve) => {
      desk.after(timeoutMs, () => resolve({ outcome: 'unknown', cause: 'timeout' }));
      const known = (): WriteAnswer => (this.#options.hub.gone.has(pair) ? NO_SYMBOL : act());
      this.#carry(known, resolve);
    });
    count(`${name} ${answer.outcome}`);
    return answer;
  }

  /** Sends one request through whatever happens to it. */
  #carry(act: () => WriteAnswer, answer: (answer: WriteAnswer) => void): void {
    const { clock, desk, random, hub } = this.#options;
    const faults = this.#options.faults();
    const reply = (said: WriteAnswer): void => {
      desk.after(this.#latencyMs(), () => answer(said));
    };
    if (this.#chance(faults.lostRequest)) return;
    const isLate = this.#chance(faults.lateRequest);
    const upMs = this.#latencyMs() + (isLate ? random.next() * 2 * RECV_WINDOW_MS : 0);
    const backendMs = this.#chance(faults.slowRequest) ? random.next() * BACKEND_MS : 0;
    const isReset = random.next() < 0.5;
    clock.after(upMs, () => {
      if (hub.isInMaintenance) {
        reply({ outcome: 'unknown', cause: 'HTTP 503 without a venue code' });
      } else if (upMs > RECV_WINDOW_MS) {
        reply({ outcome: 'refused', code: -1021, reason: 'outside of the recvWindow' });
      } else if (this.#chance(faults.throttled)) {
        reply({ outcome: 'refused', code: -1015, reason: 'Too many new orders.' });
      } else {
        clock.after(backendMs, () => {
          const said = act();
          if (!this.#chance(faults.lostReply)) reply(said);
          else if (isReset) reply({ outcome: 'unknown', cause: 'connection reset' });
        });
      }
    });
  }

  #read<T>(look: () => T): Promise<T> {
    const { desk, hub, faults } = this.#options;
    return new Promise((resolve, reject) => {
      desk.after(this.#latencyMs(), () => {
        if (hub.isInMaintenance || this.#chance(faults().failedRead)) {
          reject(new TransientError('venue-unreachable', 'the venue did not answer'));
          return;
        }
        try {
          const seen = look();
          desk.after(this.#latencyMs(), () => resolve(seen));
        } catch (error) {
          desk.after(this.#latencyMs(), () => reject(error));
        }
      });
    });
  }

  #assertKnown(pair: Pair): void {
    if (!this.#options.hub.gone.has(pair)) return;
    throw new PermanentError('venue-unknown-symbol', 'no such pair');
  }

  #isHidden(order: ModelOrder): boolean {
    return this.#isLagging(`order${order.venueOrderId}`, order.createdMs);
  }

  #isLagging(key: string, sinceMs: number): boolean {
    const { clock, random, faults } = this.#options;
    if (faults().lag === 0 || clock.now() > sinceMs + LAG_MS_MAX) return false;
    const known = this.#hiddenUntil.get(key);
    if (known !== undefined) return clock.now() < known;
    const lagMs = this.#chance(faults().lag) ? random.next() * LAG_MS_MAX : 0;
    this.#hiddenUntil.set(key, sinceMs + lagMs);
    return clock.now() < sinceMs + lagMs;
  }

  #latencyMs(): number {
    return 5 + this.#options.random.next() * LATENCY_MS;
  }

  #chance(probability: number): boolean {
    return this.#options.random.next() < probability;
  }
}
