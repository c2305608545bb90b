import { confirm, type Candidates } from '#core/reconcile/confirm.ts';
import { type Difference, touches } from '#core/reconcile/difference.ts';
import { compareOrders, type OrderFindings } from '#core/reconcile/orders.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type { SeenBalance, SeenOrder } from '#core/reconcile/venue-view.ts';
import { errorText, PermanentError, TransientError } from '#platform/errors.ts';
import { NO_PAIR, orNoPair } from '#exchange/unknown-pair.ts';
import type { Desk } from '../desk.ts';
import { askOrder } from '../resolve.ts';
import { AccountPairs } from './account-pairs.ts';
import type { AccountPort } from './account-port.ts';
import { bookFlows, bookTrades, flowsFrom, showExternal } from './book-outside.ts';
import { balanceDifferences, orderDifferences } from './differences.ts';
import { endWithPair } from './end-with-pair.ts';
import { recordDifferences } from './judge.ts';
import { type PairTrades, readTrades, type TradeReading } from './read-trades.ts';
import { PAIRS_AT_ONCE, suspectPairs } from './suspects.ts';

/** `start` and `gap` read the trades of every pair that may have some, all those of pairs that join. */
export type Cause = 'start' | 'gap' | 'minute' | 'hint' | 'join' | 'operator';

/** Between the reads of which two must find the same. */
const CONFIRM_MS = 2_000;
/** Reads in a row for one question; after them the next minute goes on. */
const READS_MAX = 6;
/** A start, a gap and a join are not given up when the venue does not answer. */
const RETRY_MS = 5_000;
/** One comparison costs some 140 of the venue's 6,000 request weight a minute. */
const HINT_EVERY_MS = 2_000;
const ABSORB_LOOK_MS = 10;
const ABSORB_WITHIN_MS = 5_000;
/** Without a whole read for so many intervals no pair counts as reconciled any more. */
const STALE_AFTER_INTERVALS = 5;
/** After so many pairs of which the venue says nothing the others wait for the next comparison. */
const FAILURES_MAX = 3;

/** What reconciliation asks of the pairs. */
export interface ReconcileLanes {
  hear(event: OrderEvent): void;
  /** Cancels an order of ours that the ledger holds for ended and the venue works on. */
  takeAway(order: Order): Promise<void>;
  /** False when everything heard is booked. */
  isBusy(): boolean;
  /** Order events heard so far, anybody's. */
  heard(): number;
}

/**
 * Compares the ledger with the account at the venue and acts on what `core/reconcile` says: books
 * what was missed, books what the venue's history explains, shows what is a person's, and halts with
 * plain words on the rest. One at a time; asked for meanwhile, it runs once more after.
 *
 * 1. Nothing is booked but by the key of an execution, a flow or an order that the venue stated.
 * 2. A difference that was not confirmed changes nothing: it is looked at again.
 * 3. A read that failed says nothing, neither good nor bad.
 * 4. A pair that joins and cannot be asked about holds up no other.
 */
export class Reconciler {
  readonly pairs: AccountPairs;
  readonly #desk: Desk;
  readonly #account: AccountPort;
  readonly #lanes: ReconcileLanes;
  readonly #reading: TradeReading;
  readonly #hinted = new Set<Pair>();
  #candidates: Candidates = new Map();
  #open: readonly Difference[] = [];
  /** Found and not yet confirmed while the desk has just started: it may turn out to be real. */
  #doubted: readonly Difference[] = [];
  #hasSettled = false;
  #wholeMs: number | undefined;
  #startedMs = -Infinity;
  /** Times that differences were looked for in the trades of pairs. */
  #looks = 0;
  #next: Cause | undefined;
  #running: Promise<void> | undefined;

  constructor(desk: Desk, account: AccountPort, lanes: ReconcileLanes) {
    this.#desk = desk;
    this.#account = account;
    this.#lanes = lanes;
    const { ports, deskTag } = desk;
    this.#reading = { ports, account, deskTag, names: new Map() };
    this.pairs = new AccountPairs({ account, state: desk.state, clock: ports.clock });
  }

  /** Takes up where the last process ended. */
  async begin(): Promise<void> {
    const { ports } = this.#desk;
    const cursors = await ports.ledger.read((query) => query.tradeCursors(ports.config.account));
    this.pairs.begin(cursors.map(({ pair }) => pair));
    await this.load();
  }

  /** Takes up what is open by the ledger. */
  async load(): Promise<void> {
    const { ports } = this.#desk;
    const open = await ports.ledger.read((query) => query.openDifferences(ports.config.account));
    this.#open = open.map(({ difference }) => difference);
    this.#candidates = new Map(
      open.map(({ difference, sinceMs }) => [
        difference.key,
        { difference, firstMs: sinceMs, reads: 1, heard: Number.NaN, isConfirmed: true },
      ]),
    );
  }

  /** Whether a pair may be entered: the account was read lately and nothing about it is open. */
  isReconciled(pair: Pair): boolean {
    const { clock, config } = this.#desk.ports;
    if (this.#wholeMs === undefined) return false;
    const staleMs = STALE_AFTER_INTERVALS * config.section.reconcile_ms;
    if (clock.monotonic() - this.#wholeMs > staleMs) return false;
    return ![...this.#open, ...this.#doubted].some((difference) => touches(difference, pair));
  }

  /** Something that is not ours happened on this pair. */
  suspect(pair: Pair): void {
    this.#hinted.add(pair);
  }

  /** Confirmed and neither explained nor accepted. */
  get open(): readonly Difference[] {
    return this.#open;
  }

  run(cause: Cause): Promise<void> {
    this.#next = stronger(this.#next, cause);
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #work(): Promise<void> {
    const { ports } = this.#desk;
    for (let reads = 0; this.#next !== undefined && ports.mayAct(); reads += 1) {
      if (this.#next === 'hint') await this.#calm();
      const cause = this.#next;
      this.#next = undefined;
      const startedMs = ports.clock.monotonic();
      this.#startedMs = startedMs;
      try {
        await this.#pass(cause);
        ports.metrics.compared(ports.clock.now());
      } catch (error) {
        if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
        // What will not pass by itself, such as keys that were revoked, a person must see.
        const isLasting = error instanceof PermanentError || error.code === KEYS_REFUSED;
        const level = isLasting ? 'error' : 'warn';
        ports.log[level]({ cause: errorText(error) }, 'the account cannot be compared now');
        this.#next = stronger(this.#next, cause);
        if (!MUST_HAPPEN.has(cause)) return;
        await ports.clock.sleep(RETRY_MS);
        continue;
      } finally {
        ports.metrics.reconciled((ports.clock.monotonic() - startedMs) / 1_000, this.#open.length);
      }
      const isUnsure = [...this.#candidates.values()].some(({ isConfirmed }) => !isConfirmed);
      if (isUnsure && reads < READS_MAX) {
        await ports.clock.sleep(CONFIRM_MS);
        this.#next = stronger(this.#next, 'minute');
      }
    }
  }

  /** A person or another program may trade all the time: that is no reason to read all the time. */
  async #calm(): Promise<void> {
    const { clock } = this.#desk.ports;
    const waitMs = this.#startedMs + HINT_EVERY_MS - clock.monotonic();
    if (waitMs > 0) await clock.sleep(waitMs);
  }

  async #pass(cause: Cause): Promise<void> {
    const { ports, state } = this.#desk;
    // Before anything is asked: a pair that comes later is not in what is asked now.
    const joining = this.pairs.batch();
    const heardBefore = this.#lanes.heard();
    const hadCommands = state.commands.size > 0;
    const found = await this.#compareOrders();
    await showExternal(this.#desk, found.orders);
    const read = areWhole(await this.#readPairs(await this.#pairsFor(cause, found.orders)));
    await this.#readJoining(joining);
    if (cause === 'start') await this.#readFlows();
    await this.#absorbed();
    const deep = await this.#explainBalances();
    const differences = [
      ...deep.differences,
      ...(await orderDifferences(this.#desk, found.orders, found.gone)),
    ];
    const heard = this.#lanes.heard();
    const isWhole = found.isWhole && read && deep.isWhole;
    const candidates = confirm(this.#candidates, {
      differences,
      atMs: ports.clock.now(),
      heard,
      isRestless: !isWhole || hadCommands || state.commands.size > 0 || heard !== heardBefore,
    });
    const settled = await endWithPair(this.#desk, { ...found, ...deep, candidates });
    this.#candidates = new Map([...candidates].filter(([key]) => !settled.has(key)));
    this.#open = await recordDifferences(this.#desk, this.#candidates);
    if (isWhole) this.#noteWhole();
  }

  /** Pairs open one by one: those that nothing is doubted about. */
  #noteWhole(): void {
    this.#wholeMs = this.#desk.ports.clock.monotonic();
    const unsure = [...this.#candidates.values()].filter(({ isConfirmed }) => !isConfirmed);
    this.#hasSettled ||= unsure.length === 0;
    this.#doubted = this.#hasSettled ? [] : unsure.map(({ difference }) => difference);
    const pairs = this.pairs.noteWhole((pair) =>
      unsure.some(({ difference }) => touches(difference, pair)),
    );
    if (pairs.length === 0) return;
    this.#desk.ports.log.info({ pairs }, 'the account is compared about pairs that joined');
  }

  async #compareOrders(): Promise<{
    readonly orders: OrderFindings;
    readonly seen: readonly SeenOrder[];
    readonly gone: readonly Order[];
    readonly withoutPair: readonly Order[];
    readonly isWhole: boolean;
  }> {
    const { ports, state, deskTag } = this.#desk;
    const askedMs = ports.clock.now();
    const seen = await this.#account.venue.openOrders();
    ports.crash('account-read');
    const ours = await this.#knownOrders(seen.map(({ clientOrderId }) => clientOrderId));
    const busy = new Set([...state.commands.values()].map(({ pair }) => pair));
    const inFlight = [...ours.values(), ...state.orders.values()].filter(({ pair }) =>
      busy.has(pair),
    );
    const orders = compareOrders({
      deskTag,
      open: [...state.orders.values()],
      known: (id) => state.orders.get(id as ClientOrderId) ?? ours.get(id),
      inFlight: new Set(inFlight.map(({ clientOrderId }) => clientOrderId)),
      seen,
      askedMs,
    });
    for (const event of orders.events) this.#lanes.hear(event);
    for (const order of orders.stray) await this.#lanes.takeAway(order);
    ports.metrics.reconciliationFinding('order', orders.events.length);
    ports.metrics.reconciliationFinding('stray', orders.stray.length);
    return { orders, seen, ...(await this.#askMissing(orders.toAsk)) };
  }

  async #knownOrders(ids: readonly string[]): Promise<ReadonlyMap<string, Order>> {
    const { ports, deskTag } = this.#desk;
    const mine = ids.filter((id) => id.startsWith(deskTag)) as ClientOrderId[];
    return ports.ledger.read(async (query) => {
      const known = new Map<string, Order>();
      for (const id of mine) {
        const order = await query.order(id);
        if (order !== undefined) known.set(id, order);
      }
      return known;
    });
  }

  /** An order that is open here and not there: the venue says what became of it, or nothing does. */
  async #askMissing(toAsk: readonly Order[]): Promise<{
    readonly gone: readonly Order[];
    /** Of them, those of pairs that the venue does not have. */
    readonly withoutPair: readonly Order[];
    readonly isWhole: boolean;
  }> {
    const { ports, state } = this.#desk;
    const gone: Order[] = [];
    const withoutPair: Order[] = [];
    let isWhole = true;
    for (const order of toAsk) {
      const said = await askOrder(ports, order);
      // It may have ended, or its command may have begun, while it was asked for.
      const isStillOpen = state.orders.get(order.clientOrderId)?.status === order.status;
      if (said === undefined) isWhole = false;
      else if (typeof said === 'object') for (const event of said.events) this.#lanes.hear(event);
      else if (isStillOpen) {
        gone.push(order);
        if (said === 'no-pair') withoutPair.push(order);
      }
    }
    return { gone, withoutPair, isWhole };
  }

  async #pairsFor(cause: Cause, found: OrderFindings): Promise<ReadonlySet<Pair>> {
    const { ports } = this.#desk;
    const pairs = new Set<Pair>([...found.behind, ...this.#hinted]);
    if (cause === 'minute' || cause === 'hint' || cause === 'join') return pairs;
    for (const pair of this.#activePairs()) pairs.add(pair);
    if (cause === 'gap') return pairs;
    const cursors = await ports.ledger.read((query) => query.tradeCursors(ports.config.account));
    const used = new Set(this.pairs.inUse());
    const all = cursors.map(({ pair }) => pair);
    // Of more, the balances say whether there is anything to read.
    const some = [all, all.filter((pair) => used.has(pair))].find(
      (few) => few.length <= PAIRS_AT_ONCE,
    );
    for (const pair of some ?? []) pairs.add(pair);
    return pairs;
  }

  #activePairs(): ReadonlySet<Pair> {
    const { state } = this.#desk;
    const pairs = new Set<Pair>(state.positions.keys());
    for (const { pair } of [...state.orders.values(), ...state.commands.values()]) pairs.add(pair);
    return pairs;
  }

  /** Of pairs that join: what they cost and all that was executed on them since the last known. */
  async #readJoining(joining: readonly Pair[]): Promise<void> {
    let failures = 0;
    for (const pair of joining) {
      if (failures >= FAILURES_MAX) return;
      try {
        await this.#account.learn(pair);
        const [trades] = await this.#readPairs(new Set([pair]));
        if (trades?.isWhole === true) {
          this.pairs.noteRead(pair);
          continue;
        }
        this.#desk.ports.log.warn({ pair }, 'a pair that joins cannot be told whole yet');
      } catch (error) {
        if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
        const cause = errorText(error);
        this.#desk.ports.log.warn({ pair, cause }, 'a pair that joins cannot be asked about yet');
      }
      failures += 1;
      // It is read again as one that joins; a hint would make every comparison wait for it.
      this.#hinted.delete(pair);
      this.pairs.noteFailed(pair);
    }
  }

  /** Leaves out pairs that the venue does not have. */
  async #readPairs(pairs: ReadonlySet<Pair>): Promise<readonly PairTrades[]> {
    if (pairs.size === 0) return [];
    const { ports } = this.#desk;
    const { account } = ports.config;
    const { cursors, known } = await ports.ledger.read(async (query) => ({
      cursors: await query.tradeCursors(account),
      known: await query.venueAccount(),
    }));
    const sinceMs = known?.baselineMs ?? ports.clock.now();
    const read: PairTrades[] = [];
    for (const pair of pairs) {
      const from = cursors.find((cursor) => cursor.pair === pair);
      const since = from ?? { pair, lastTradeId: undefined, sinceMs };
      // Before it is read: what is heard of meanwhile is for the next time.
      const wasHinted = this.#hinted.delete(pair);
      const trades = await orNoPair(readTrades(this.#reading, since)).catch((error: unknown) => {
        if (wasHinted) this.#hinted.add(pair);
        throw error;
      });
      // A guess at a pair that the venue does not have, or one that it has no more.
      if (trades === NO_PAIR) continue;
      for (const event of trades.events) this.#lanes.hear(event);
      const fills = trades.events.filter(({ kind }) => kind === 'fill');
      ports.metrics.reconciliationFinding('fill', fills.length);
      if (!trades.isWhole) this.#hinted.add(pair);
      read.push(trades);
    }
    ports.crash('account-read');
    const external = await bookTrades(this.#desk, read);
    ports.metrics.reconciliationFinding('external-trade', external);
    return read;
  }

  async #readFlows(): Promise<number> {
    const { ports } = this.#desk;
    const readMs = Math.floor(ports.clock.now());
    const flows = await this.#account.venue.flows(await flowsFrom(this.#desk));
    ports.crash('account-read');
    const booked = await bookFlows(this.#desk, flows, readMs);
    ports.metrics.reconciliationFinding('flow', booked);
    return booked;
  }

  /** Compares the balances; what differs is looked for in the venue's histories first. */
  async #explainBalances(): Promise<{
    readonly differences: readonly Difference[];
    readonly balances: readonly SeenBalance[];
    readonly isWhole: boolean;
  }> {
    const { ports } = this.#desk;
    const balances = await this.#account.venue.balances();
    const first = await balanceDifferences(this.#desk, balances);
    if (first.length === 0) return { differences: first, balances, isWhole: true };
    const cursors = await ports.ledger.read((query) => query.tradeCursors(ports.config.account));
    const all = new Set([...this.pairs.inUse(), ...cursors.map(({ pair }) => pair)]);
    const known = { active: [...this.#activePairs()], all: [...all], turn: this.#looks };
    this.#looks += 1;
    const isWhole = areWhole(await this.#readPairs(new Set(suspectPairs(first, known))));
    await this.#readFlows();
    await this.#absorbed();
    const again = await this.#account.venue.balances();
    const differences = await balanceDifferences(this.#desk, again);
    return { differences, balances: again, isWhole };
  }

  /** What the pairs were told is booked before anything is compared with it. */
  async #absorbed(): Promise<void> {
    const { clock } = this.#desk.ports;
    const untilMs = clock.monotonic() + ABSORB_WITHIN_MS;
    while (this.#lanes.isBusy() && clock.monotonic() < untilMs) await clock.sleep(ABSORB_LOOK_MS);
  }
}

const KEYS_REFUSED = 'venue-auth';
const MUST_HAPPEN: ReadonlySet<Cause> = new Set(['join', 'gap', 'start']);

const STRENGTH: readonly Cause[] = ['minute', 'hint', 'join', 'operator', 'gap', 'start'];

function stronger(a: Cause | undefined, b: Cause): Cause {
  return a !== undefined && STRENGTH.indexOf(a) > STRENGTH.indexOf(b) ? a : b;
}

/** False when something could not be told yet. */
function areWhole(read: readonly PairTrades[]): boolean {
  return read.every(({ isWhole }) => isWhole);
}
