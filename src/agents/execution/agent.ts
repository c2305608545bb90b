import { format, ZERO } from '#core/money/decimal.ts';
import type { FeedStatus } from '#core/model/feed-status.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { Quote } from '#core/model/market.ts';
import type { OperatorCommand, OperatorCommandResult } from '#core/model/operator-command.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Universe } from '#core/model/universe.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import { LIFTED_BY } from '#core/risk/halts.ts';
import { hashId } from '#platform/ids.ts';
import { liftHalt, publishAccount, raiseHalt, recordMark, valueDesk } from './account-mark.ts';
import { finishSelling, type Lanes, obey } from './commands.ts';
import type { Desk } from './desk.ts';
import { readPending, receiveIntent } from './inbox.ts';
import { journal } from './journal.ts';
import { keepHalts, monthFlatten } from './keep-halts.ts';
import { PairLane } from './lane.ts';
import { buyByHand } from './manual/buy-by-hand.ts';
import type { MarketView } from './market-view.ts';
import type { RiskLimits } from '#core/risk/config.ts';
import { limitBreaches } from './limit-breaches.ts';
import type { ExecutionPorts } from './ports.ts';
import { demoteOnBreach } from './promotion/demote.ts';
import type { RunLook } from './promotion/run-log.ts';
import { baselineOnce, assertSameAccount } from './reconcile/first-account.ts';
import { type Cause, Reconciler, type ReconcileLanes } from './reconcile/reconciler.ts';
import { fundOnce, loadState, unfinishedCommand } from './recover.ts';
import { ProtectionWatch } from './protection-watch.ts';
import { refusalLog } from './refusal-log.ts';
import { askOrder } from './resolve.ts';
import { ordersOf } from './state.ts';

/** Less than the command line waits for an answer. */
const COMPARE_WITHIN_MS = 8_000;
const SETTLE_LOOK_MS = 10;
/** A venue's list of fills may lag behind; asked for twice is booked once. */
const FILLS_MARGIN_MS = 60_000;

/**
 * Execution, whole: the only hand on the account. It starts by recovering (they are one path): the
 * ledger is read, open orders and positions are put back, missed trades are replayed, unknown
 * outcomes are asked for; pairs open one by one as that ends.
 */
export class Execution {
  readonly #desk: Desk;
  readonly #protection: ProtectionWatch;
  readonly #lanes = new Map<Pair, PairLane>();
  #isMarkDue = false;
  #isSelling = false;
  /** How far the venue's fills of a pair were read back. */
  readonly #fillsReadMs = new Map<Pair, number>();
  #hasRecovered = false;
  /** The month's halt after which everything was sold. */
  #soldForMs: number | undefined;
  readonly #reconciler: Reconciler | undefined;
  /** Order events so far, anybody's: a difference counts only when none comes between two reads. */
  #heard = 0;

  private constructor(
    parts: Omit<Desk, 'isReconciled' | 'isJoining'>,
    protection: ProtectionWatch,
  ) {
    this.#protection = protection;
    const isReconciled = (pair: Pair): boolean => this.#reconciler?.isReconciled(pair) ?? true;
    const isJoining = (pair: Pair): boolean => this.#reconciler?.pairs.isJoining(pair) ?? false;
    this.#desk = { ...parts, isReconciled, isJoining };
    const { account, broker } = parts.ports;
    this.#reconciler = account && new Reconciler(this.#desk, account, this.#asReconcileLanes());
    broker.listen((event) => {
      this.#heard += 1;
      this.#lane(event.pair).onEvent(event);
    });
  }

  static async start(ports: ExecutionPorts, market: MarketView): Promise<Execution> {
    if (ports.account === undefined) await fundOnce(ports);
    else await baselineOnce(ports, ports.account);
    const state = await loadState(ports);
    const refusals = refusalLog(ports.log, ports.clock);
    const protection = new ProtectionWatch(ports, state, market);
    const journalled = journal(ports, state, (pair) => protection.look(pair));
    const tag = deskTag(ports.config.deskId, hashId);
    const parts = { ports, state, market, journal: journalled, refusals, deskTag: tag };
    const execution = new Execution(parts, protection);
    await execution.#reconciler?.begin();
    return execution;
  }

  /** Puts back what was open, pair by pair; resolves when every pair has been tried. */
  async recover(): Promise<void> {
    const { ports } = this.#desk;
    const { account } = ports.config;
    // Nothing is sent before it is certain whose account it is.
    if (ports.account !== undefined) await assertSameAccount(ports, ports.account);
    const marks = await ports.ledger.read((query) => query.tradeMarks(account));
    const pairs = new Set([...this.#involvedPairs(), ...marks.map(({ pair }) => pair)]);
    const pending = await readPending(ports.ledger);
    const recovering = [...pairs].map((pair) =>
      this.#recoverPair(
        pair,
        marks.find((mark) => mark.pair === pair),
      ),
    );
    // Only now: a lane that wakes writes how far its market was seen, which must not be how far the
    // trades of today go while those that were missed are not replayed.
    for (const intent of pending.intents) this.#lane(intent.pair).addIntent(intent);
    await Promise.all(recovering);
    this.#hasRecovered = true;
    for (const lane of this.#lanes.values()) if (!lane.isOpen) lane.open();
    for (const command of pending.commands) await this.obey(command);
    await this.#sellAfterMonth();
    this.#compare('start');
  }

  async onIntent(intent: TradeIntent): Promise<void> {
    const received = await receiveIntent(this.#desk.ports, this.#desk.journal, intent);
    if (received === 'new') this.#lane(intent.pair).addIntent(intent);
  }

  async obey(command: OperatorCommand): Promise<OperatorCommandResult> {
    const { kind, order } = command;
    if (kind === 'order' && order?.side === 'buy') {
      const { pair } = order;
      return buyByHand(this.#desk, { command, order }, (entry) =>
        this.#lane(pair).enterByHand(entry),
      );
    }
    if (kind !== 'accept-differences') return obey(this.#desk, this.#asLanes(), command);
    // What is accepted is what is so now, not what was found a minute ago; a venue that does not
    // answer is not waited for.
    const { clock } = this.#desk.ports;
    await Promise.race([this.compared(), clock.sleep(COMPARE_WITHIN_MS)]);
    const result = await obey(this.#desk, this.#asLanes(), command);
    await this.#reconciler?.load();
    this.#compare('operator');
    return result;
  }

  /** Resolves when the account was compared from now on, as often as it takes to be sure. */
  async compared(): Promise<void> {
    await this.#reconciler?.run('operator');
  }

  /** Something happened on the account that this desk did not do. */
  onForeign(pair: Pair): void {
    this.#heard += 1;
    this.#reconciler?.suspect(pair);
    this.#compare('hint');
  }

  /** Coins came or went other than by trades. */
  onFlow(): void {
    this.#compare('hint');
  }

  /** The account's stream was lost and is back. */
  onCaughtUp(): void {
    this.#compare('gap');
  }

  onInstrument(instrument: Instrument): void {
    this.#desk.market.setInstrument(instrument);
    this.#protection.look(instrument.pair);
    this.#lanes.get(instrument.pair)?.wake();
  }

  onUniverse(universe: Universe): void {
    this.#desk.market.setUniverse(universe);
    this.#reconciler?.pairs.choose(universe);
    this.#join();
  }

  onFeed(feed: FeedStatus): void {
    this.#desk.market.setFeed(feed);
  }

  onQuote(quote: Quote): void {
    this.#desk.market.setQuote(quote);
    // Only a pair with a position can be waiting for a price.
    if (this.#desk.state.positions.has(quote.pair)) this.#lanes.get(quote.pair)?.wake();
  }

  /** What limits would do to the account as it is now, for whoever is about to change them. */
  breachesOf(limits: RiskLimits): string[] {
    return limitBreaches(this.#desk, limits);
  }

  /** Other limits: what they halt is halted within the second. */
  onLimits(): void {
    this.#isMarkDue = true;
  }

  /** Each second or so: fills that want a mark, lanes that have something to write. */
  async tick(): Promise<void> {
    const { ports, market, state } = this.#desk;
    ports.metrics.inbox([...this.#lanes.values()].reduce((sum, lane) => sum + lane.waiting, 0));
    this.#protection.tick();
    this.wake();
    this.#join();
    const isOver = state.halts.has('end-of-data');
    if (isOver ? market.isLive() : market.hasEnded()) await this.#turnData(isOver);
    await keepHalts(this.#desk);
    if (this.#isSelling) this.#isSelling = !(await finishSelling(this.#desk, this.#asLanes()));
    if (!this.#isMarkDue) {
      publishAccount(this.#desk);
      return;
    }
    this.#isMarkDue = false;
    await this.#mark('fill');
  }

  async minute(): Promise<void> {
    await this.#mark('minute');
    await this.#keepPromotion();
  }

  async #mark(cause: 'fill' | 'minute'): Promise<void> {
    await recordMark(this.#desk, cause);
    await this.#sellAfterMonth();
  }

  /** A fall too large for a month sells everything, once per halt. */
  async #sellAfterMonth(): Promise<void> {
    const { state, ports } = this.#desk;
    const halt = state.halts.get('month-drawdown');
    if (halt === undefined || this.#soldForMs === halt.sinceMs) return;
    this.#soldForMs = halt.sinceMs;
    await this.obey(monthFlatten(halt, Math.floor(ports.clock.now())));
  }

  /** Asks for every open order, in case an event was lost on the way; refused stops get a chance. */
  async reconcile(): Promise<void> {
    const { ports, state } = this.#desk;
    await this.#forgetRefusals();
    if (this.#reconciler !== undefined) {
      await this.#reconciler.run('minute');
      return;
    }
    for (const lane of this.#lanes.values()) await this.#readFills(lane);
    for (const order of state.orders.values()) {
      const isInFlight = [...state.commands.values()].some(({ pair }) => pair === order.pair);
      if (isInFlight) continue;
      const said = await askOrder(ports, order);
      if (said === 'absent' || said === 'no-pair') {
        const { clientOrderId, pair } = order;
        ports.log.error({ clientOrderId, pair }, 'an open order is not known to the venue');
        continue;
      }
      for (const event of said?.events ?? []) this.#lane(order.pair).onEvent(event);
    }
  }

  /** How the desk is doing, for the record of this run. */
  look(): Omit<RunLook, 'crashLooping'> {
    const { market, ports } = this.#desk;
    const { drawdownFraction } = valueDesk(this.#desk, ports.clock.now());
    return { livePairs: market.livePairs(), drawdownFraction };
  }

  /** Lets every pair look again, e.g. after the lease was renewed late. */
  wake(): void {
    for (const lane of this.#lanes.values()) lane.wake();
  }

  heldPairs(): readonly Pair[] {
    return [...this.#desk.state.positions.keys()];
  }

  isIdle(): boolean {
    const isBusy = [...this.#lanes.values()].some((lane) => lane.isBusy);
    return !isBusy && this.#desk.state.commands.size === 0;
  }

  /** Resolves when no command is under way any more and what was heard is booked. */
  async settled(): Promise<void> {
    const { ports } = this.#desk;
    while (!this.isIdle() && ports.mayAct()) await ports.clock.sleep(SETTLE_LOOK_MS);
  }

  /** Tells everything again, after Redis was wiped. */
  republish(): void {
    const { ports, state } = this.#desk;
    for (const [pair, position] of state.positions) ports.outbox.position(pair, position);
    publishAccount(this.#desk);
  }

  #lane(pair: Pair): PairLane {
    const known = this.#lanes.get(pair);
    if (known !== undefined) return known;
    const lane = new PairLane(this.#desk, pair, () => {
      this.#isMarkDue = true;
    });
    this.#lanes.set(pair, lane);
    if (this.#hasRecovered) lane.open();
    return lane;
  }

  #involvedPairs(): ReadonlySet<Pair> {
    const { state } = this.#desk;
    return new Set([
      ...[...state.orders.values()].map(({ pair }) => pair),
      // Whatever it was about may have ended and been sold since.
      ...[...state.commands.values()].map(({ pair }) => pair),
      ...state.positions.keys(),
    ]);
  }

  /** Pairs that come are compared before they are entered; whose account it is is known by then. */
  #join(): void {
    if (this.#hasRecovered && this.#reconciler?.pairs.look() === true) this.#compare('join');
  }

  #compare(cause: Cause): void {
    if (this.#reconciler === undefined) return;
    this.#desk.ports.background('reconcile', this.#reconciler.run(cause));
  }

  #asReconcileLanes(): ReconcileLanes {
    return {
      hear: (event) => this.#lane(event.pair).onEvent(event),
      takeAway: (order) => this.#lane(order.pair).takeAway(order),
      isBusy: () => [...this.#lanes.values()].some((lane) => lane.isBusy),
      heard: () => this.#heard,
    };
  }

  #asLanes(): Lanes {
    return {
      flattenAll: () => {
        this.#isSelling = true;
        // While the venue is waited for no lane may be there yet; what is held is sold all the same.
        for (const pair of [...this.#involvedPairs(), ...this.#lanes.keys()]) {
          this.#lane(pair).flatten();
        }
      },
      isFlat: () => [...this.#lanes.values()].every((lane) => lane.hasSold),
      close: (pair, commandId) => this.#lane(pair).close(commandId),
      reduce: (intent) => this.#lane(intent.pair).addIntent(intent),
    };
  }

  async #recoverPair(
    pair: Pair,
    seen: { readonly lastTradeId: number; readonly atMs: number } | undefined,
  ): Promise<void> {
    const { ports, state } = this.#desk;
    const lane = this.#lane(pair);
    const orders = ordersOf(state, pair).filter(({ status }) => status !== 'created');
    const position = state.positions.get(pair);
    await ports.broker.restore({
      pair,
      orders,
      ownedQty: position?.qty ?? format(ZERO),
      // Where nothing rested nothing was missed, and the mark may be days old.
      seen: orders.length > 0 ? seen : undefined,
    });
    for (const record of state.commands.values()) {
      if (record.pair !== pair) continue;
      lane.resolve(await unfinishedCommand(ports, state, record), record.createdMs);
    }
    lane.open();
  }

  /**
   * A fill that the stream lost may belong to an order that has ended since and is not asked for any
   * more: the desk would go on with coins it has sold. Known fills change nothing.
   */
  async #readFills(lane: PairLane): Promise<void> {
    const { ports, state } = this.#desk;
    const { pair } = lane;
    const nowMs = ports.clock.now();
    const fromMs = this.#fillsReadMs.get(pair) ?? state.positions.get(pair)?.openedMs ?? nowMs;
    try {
      const fills = await ports.broker.fillsSince({ pair, sinceMs: fromMs - FILLS_MARGIN_MS });
      for (const fill of fills) {
        const { clientOrderId, atMs } = fill;
        lane.onEvent({ kind: 'fill', clientOrderId, pair, atMs, fill });
      }
      this.#fillsReadMs.set(pair, nowMs);
    } catch (error) {
      ports.log.warn({ pair, err: error }, 'fills cannot be read back');
    }
  }

  /** A stop that the venue refused is watched by the desk; the venue may take it now. */
  async #forgetRefusals(): Promise<void> {
    const { state, journal: journalled } = this.#desk;
    const refused = [...state.stopRefusals].filter(([, count]) => count > 0);
    if (refused.length === 0) return;
    await journalled.run((_tx, draft) => {
      for (const [pair] of refused) draft.changes.push({ kind: 'stop-refusals', pair, count: 0 });
      return Promise.resolve();
    });
    this.wake();
  }

  /** Entries stop with the data, a recording's or a venue's in maintenance, and begin with it. */
  async #turnData(isOver: boolean): Promise<void> {
    const { ports, journal: journalled } = this.#desk;
    const kind = 'end-of-data';
    const nowMs = Math.floor(ports.clock.now());
    const reason = 'no pair trades any more: recorded data is over, or the venue pauses';
    const halt = { kind, sinceMs: nowMs, reason, liftedBy: LIFTED_BY[kind] } as const;
    await journalled.run((tx, draft) =>
      isOver
        ? liftHalt(this.#desk, tx, draft, { kind, nowMs })
        : raiseHalt(this.#desk, tx, draft, halt),
    );
  }

  async #keepPromotion(): Promise<void> {
    const { promotion } = this.#desk.ports;
    if (promotion === undefined) return;
    const sale = await demoteOnBreach(this.#desk, promotion);
    if (sale !== undefined) await this.obey(sale);
  }
}
