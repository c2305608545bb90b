import { fillOf } from '#core/reconcile/trades.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type {
  AccountWatch,
  TradingVenue,
  VenueBalance,
  VenueOrder,
  VenueTrade,
} from '#exchange/trading/trading-venue.ts';
import { NO_PAIR, orNoPair } from '#exchange/unknown-pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText, TransientError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import { tradesOfOrder } from './fills-since.ts';
import { isNews, type KnownOrder, type KnownOrders, lacksFills } from './known-orders.ts';
import { acceptance, ending, fillEvent, hasEnded, ownId, trigger } from './venue-news.ts';

/** What happens on the account that the desk did not do. */
export interface ForeignListener {
  onOrder?(order: VenueOrder, trade: VenueTrade | undefined): void;
  onBalance?(balance: VenueBalance): void;
  onFlow?(asset: string, amount: DecimalText, atMs: number): void;
  /** The stream was lost and is back, and everything it may have missed was asked for. */
  onCaughtUp?(): void;
}

export interface EarOptions {
  readonly account: string;
  readonly tag: string;
  readonly venue: TradingVenue;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly background: (name: string, work: Promise<unknown>) => void;
  readonly foreign?: ForeignListener;
  readonly known: KnownOrders;
  readonly tell: (event: OrderEvent) => void;
}

const RETRY_MS = 1_000;
const PAIR_IS_GONE = 'the venue does not have the pair of an order any more';
/** Events may overtake one another; a fill that is only late need not be asked for. */
const LATE_MS = 300;
/** The stream says what a command did within so long, or it is mute. Binance takes milliseconds. */
const MUTE_MS = 3_000;
/** A stream that does not come keeps no stop and no sale back: what is open can be asked for too. */
const STREAM_WITHIN_MS = 5_000;
/** How much further back each try looks for fills that the list did not have. */
const FURTHER_BACK_MS = 3_600_000;
/** From here on one question about all orders is cheaper than one about each (80 to 4 each). */
const ASK_ALL_FROM = 20;

/**
 * Hears the account and asks for what it could not hear. A pair is current while the stream is up,
 * everything before was asked for, and no fill is known to be missing.
 */
export class AccountEar {
  readonly #options: EarOptions;
  readonly #restoring = new Set<Pair>();
  /** Newest state of orders of which fills are missing. */
  readonly #lacking = new Map<ClientOrderId, VenueOrder>();
  readonly #expected = new Map<ClientOrderId, number>();
  readonly #waiting = new Set<() => void>();
  #watch: AccountWatch | undefined;
  #isBehind = true;
  #gaps = 0;
  #isChecking = false;

  constructor(options: EarOptions) {
    this.#options = options;
  }

  open(): void {
    const { venue, foreign, log } = this.#options;
    this.#watch = venue.watch({
      onOrder: (order, trade) => this.#hear(order, trade),
      onBalance: (balance) => foreign?.onBalance?.(balance),
      onFlow: (...flow) => foreign?.onFlow?.(...flow),
      onGap: (cause) => {
        log.warn({ cause }, 'the stream of the account has a gap');
        this.#isBehind = true;
        this.#gaps += 1;
        this.#expected.clear();
      },
      onSubscribed: () => {
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
        this.#options.background('account catch-up', this.#catchUp(this.#gaps));
      },
    });
  }

  close(): Promise<void> {
    return this.#watch?.close() ?? Promise.resolve();
  }

  isCurrent(pair: Pair): boolean {
    if (this.#watch?.isCurrent !== true || this.#isBehind || this.#restoring.has(pair))
      return false;
    return ![...this.#lacking.values()].some((order) => order.pair === pair);
  }

  /**
   * Tells what became of the orders of a pair while nobody listened; tries until it knows. The
   * stream comes first where it does; what happens before a late one is asked for when it is there.
   */
  async restore(pair: Pair, orders: readonly Order[]): Promise<void> {
    const { known } = this.#options;
    this.#restoring.add(pair);
    const mine = orders.flatMap(({ clientOrderId }) => known.get(clientOrderId) ?? []);
    await this.#untilDone('orders cannot be read back', async () => {
      await Promise.race([this.#subscribed(), this.#pause(STREAM_WITHIN_MS)]);
      for (const order of mine) await this.#ask(order);
    });
    if (!this.#options.signal.aborted) this.#restoring.delete(pair);
  }

  /** A command was answered: the stream must say so too, or it is mute. */
  expectNews(id: ClientOrderId, sinceMs: number): void {
    const { clock, known, venue } = this.#options;
    if (!venue.features.hasUserStream) return;
    if (this.#watch?.isCurrent !== true || (known.get(id)?.heardMs ?? -Infinity) >= sinceMs) return;
    this.#expected.set(id, clock.monotonic());
    if (this.#isChecking) return;
    this.#isChecking = true;
    clock.after(MUTE_MS, () => this.#checkMute(), { unref: true });
  }

  /** An order as an answer to a question shows it: its fills are read before its end is told. */
  async absorb(order: VenueOrder): Promise<void> {
    const known = this.#note(order);
    if (known === undefined) return;
    this.#tell(known, acceptance(known.clientOrderId, order));
    this.#tell(known, trigger(known.clientOrderId, order));
    if (lacksFills(known, order.filledQty)) await this.#readFills(known);
    if (lacksFills(known, order.filledQty)) {
      // The list lags behind, or the order is older than this process thinks.
      known.fromMs -= FURTHER_BACK_MS;
      throw new TransientError('venue-lag', 'the venue lists fewer fills than it counts');
    }
    this.#tellEnd(known, order);
  }

  #hear(order: VenueOrder, trade: VenueTrade | undefined): void {
    const { account, clock, foreign, background, log } = this.#options;
    const known = this.#note(order);
    if (known === undefined) {
      foreign?.onOrder?.(order, trade);
      return;
    }
    const { clientOrderId: id, pair } = known;
    known.heardMs = clock.monotonic();
    this.#expected.delete(id);
    if (order.status === 'other' || order.type === 'other') {
      log.error({ clientOrderId: id, pair }, 'the venue says of an order what nobody knows');
    }
    this.#tell(known, acceptance(id, order));
    this.#tell(known, trigger(id, order));
    if (trade !== undefined)
      this.#tell(known, fillEvent(fillOf(trade, { account, clientOrderId: id })));
    if (!lacksFills(known, order.filledQty)) {
      if (!this.#lacking.has(id)) this.#tellEnd(known, order);
      return;
    }
    const isNew = !this.#lacking.has(id);
    // An order that has ended does not change; what comes late says less.
    const before = this.#lacking.get(id);
    if (before === undefined || !hasEnded(before)) this.#lacking.set(id, order);
    if (isNew) background('missing fills', this.#findFills(known));
  }

  async #findFills(known: KnownOrder): Promise<void> {
    const { signal, log } = this.#options;
    const { clientOrderId: id } = known;
    await this.#pause(LATE_MS);
    await this.#untilDone('missing fills cannot be read', async () => {
      const order = this.#lacking.get(id);
      const absorbed = order && (await orNoPair(this.absorb(order)));
      // They will never be listed: the balances show what they were.
      if (absorbed === NO_PAIR) log.error({ clientOrderId: id, pair: known.pair }, PAIR_IS_GONE);
    });
    if (!signal.aborted) this.#lacking.delete(id);
  }

  async #readFills(known: KnownOrder): Promise<void> {
    const { account, venue } = this.#options;
    for (const trade of await tradesOfOrder(venue, known)) {
      this.#tell(known, fillEvent(fillOf(trade, { account, clientOrderId: known.clientOrderId })));
    }
  }

  #note(order: VenueOrder): KnownOrder | undefined {
    const { known: orders, tag } = this.#options;
    const id = ownId(order.clientOrderId, tag);
    if (id === undefined) return undefined;
    const known = orders.note(id, order.pair, order.atMs);
    orders.name(known, order.venueOrderId);
    return known;
  }

  #tell(known: KnownOrder, event: OrderEvent | undefined): void {
    if (event !== undefined && isNews(known, event)) this.#options.tell(event);
  }

  #tellEnd(known: KnownOrder, order: VenueOrder): void {
    this.#tell(known, ending(known.clientOrderId, order));
    if (hasEnded(order)) known.hasEnded = true;
  }

  async #catchUp(gaps: number): Promise<void> {
    const { known, foreign } = this.#options;
    await this.#untilDone('the account cannot be read after a gap', async () => {
      // A newer gap has its own catch-up.
      if (gaps === this.#gaps) await this.#askAll(known.open());
    });
    if (gaps !== this.#gaps || this.#options.signal.aborted) return;
    this.#isBehind = false;
    foreign?.onCaughtUp?.();
  }

  async #askAll(orders: readonly KnownOrder[]): Promise<void> {
    let left = orders;
    if (orders.length >= ASK_ALL_FROM) {
      const open = await this.#options.venue.openOrders();
      for (const order of open) await this.absorb(order);
      const ids = new Set(open.map(({ clientOrderId }) => clientOrderId));
      left = orders.filter(({ clientOrderId }) => !ids.has(clientOrderId));
    }
    for (const order of left) await this.#ask(order);
  }

  async #ask({ pair, clientOrderId }: KnownOrder): Promise<void> {
    const { venue, log } = this.#options;
    const found = await orNoPair(venue.order({ pair, clientOrderId }));
    // Nothing is concluded from that here: what is missing is found by reconciliation.
    if (found === 'absent') log.error({ clientOrderId, pair }, 'the venue does not know an order');
    else if (found === NO_PAIR) log.error({ clientOrderId, pair }, PAIR_IS_GONE);
    else await this.absorb(found);
  }

  #checkMute(): void {
    const { clock } = this.#options;
    this.#isChecking = false;
    const nowMs = clock.monotonic();
    const sinceMs = Math.min(...this.#expected.values());
    if (nowMs - sinceMs >= MUTE_MS) {
      this.#expected.clear();
      this.#watch?.restart('it says nothing of what commands did');
    } else if (this.#expected.size > 0) {
      this.#isChecking = true;
      clock.after(sinceMs + MUTE_MS - nowMs, () => this.#checkMute(), { unref: true });
    }
  }

  async #subscribed(): Promise<void> {
    const { signal } = this.#options;
    if (this.#watch?.isCurrent === true || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    signal.throwIfAborted();
  }

  async #pause(ms: number): Promise<void> {
    await this.#options.clock.sleep(ms, this.#options.signal).catch(() => undefined);
  }

  /** Repeats what fails; ends without it only with the desk. */
  async #untilDone(what: string, work: () => Promise<void>): Promise<void> {
    const { signal, log } = this.#options;
    while (!signal.aborted) {
      try {
        await work();
        return;
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ what, cause: errorText(error) }, 'the venue cannot be asked about the account');
        await this.#pause(RETRY_MS);
      }
    }
  }
}
