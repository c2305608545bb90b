import type { TradeIntent } from '#core/model/intent.ts';
import type { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type { ExitGoal } from '#core/orders/pair-view.ts';
import { CancelRest } from './cancel-rest.ts';
import type { Desk } from './desk.ts';
import { bookOrderEvents } from './order-events.ts';
import type { EntryByHand } from './manual/buy-by-hand.ts';
import { GuardDoubts } from './guard-doubts.ts';
import { decideEntry, decideExit, type EntryWish, refreshGoal } from './process-intent.ts';
import { cancel, carryOut, nextStep } from './protect.ts';
import { askOrder, explainRefusal, resolveCommand } from './resolve.ts';
import { Sales } from './sales.ts';
import { send, type Outgoing } from './send.ts';
import { settleCommand } from './settle.ts';
import { ordersOf } from './state.ts';

/** Something the outside said, waiting for its turn. */
type LaneItem =
  | { readonly kind: 'event'; readonly event: OrderEvent }
  | { readonly kind: 'answer'; readonly command: Outgoing; readonly outcome: CommandOutcome };

/** News beyond this are a flood: the process ends and recovers from the ledger. */
const NEWS_MAX = 50_000;
/** Public trades seen are written at least so often while something rests at the venue. */
const MARK_EVERY_MS = 2_000;

/** Exits that the venue makes by itself are asked for so often until it tells of them. */
const ASK_EVERY_MS = 500;

type Leave = TradeIntent & { readonly action: 'exit' | 'reduce' };

/**
 * Everything about one pair, one thing at a time: no two handlers ever interleave on one order.
 * First what the venue said, then exits, then what the pair needs (stops), then entries. Sending
 * does not occupy the lane: the answer comes back as news, and until then the plan waits.
 */
export class PairLane {
  readonly pair: Pair;
  readonly #desk: Desk;
  readonly #onFilled: () => void;
  readonly #news: LaneItem[] = [];
  readonly #entries: EntryWish[] = [];
  readonly #exits: Leave[] = [];
  #goal: ExitGoal | undefined;
  #inboxId: string | undefined;
  #isFlattening = false;
  /** Commands that are done when this pair is sold. */
  readonly #closing = new Set<string>();
  #isOpen = false;
  #isRunning = false;
  #isWoken = false;
  readonly #sales: Sales;
  readonly #doubts: GuardDoubts;
  readonly #rest: CancelRest;
  #askFromMs = 0;
  #hasEnded = false;
  #markedMs = 0;

  constructor(desk: Desk, pair: Pair, onFilled: () => void) {
    this.#desk = desk;
    this.pair = pair;
    this.#onFilled = onFilled;
    const { clock, config } = desk.ports;
    this.#sales = new Sales(clock, () => config.section.exit.slippage_steps.length);
    this.#rest = new CancelRest(clock);
    this.#doubts = new GuardDoubts(desk, pair, {
      onEvent: (event) => this.onEvent(event),
      onDoubt: () => this.wake(),
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** False while what it was told to flatten is not sold; what was bought later does not count. */
  get hasSold(): boolean {
    return !this.#isFlattening;
  }

  get isBusy(): boolean {
    return this.#isRunning || this.#news.length > 0;
  }

  get waiting(): number {
    return this.#entries.length + this.#exits.length;
  }

  /** The pair is reconciled: from now on it acts. */
  open(): void {
    this.#isOpen = true;
    this.wake();
  }

  onEvent(event: OrderEvent): void {
    this.#pushNews({ kind: 'event', event });
  }

  addIntent(intent: TradeIntent): void {
    if (intent.action === 'enter') this.#entries.push({ intent });
    else this.#exits.push(intent);
    this.wake();
  }

  enterByHand(entry: EntryByHand): void {
    this.#entries.push(entry);
    this.wake();
  }

  /** As {@link flatten}, for one command about this pair alone; finishes it when all is sold. */
  close(commandId: string): void {
    this.#closing.add(commandId);
    this.flatten();
  }

  /** Sells everything and cancels entries, whatever else is wanted. */
  flatten(): void {
    this.#isFlattening = true;
    // Whatever was refused before: a person wants it now.
    this.#sales.end();
    this.wake();
  }

  /** A command without a known outcome, e.g. from before a restart. */
  resolve(command: Outgoing, sentMs: number): void {
    const { ports } = this.#desk;
    this.#doubts.watch(command);
    const work = resolveCommand(ports, command, sentMs).then((outcome) => {
      this.#pushNews({ kind: 'answer', command, outcome });
    });
    ports.background('resolve', work);
  }

  /**
   * Cancels an order of ours that the ledger holds for ended and the venue works on: nobody counts
   * with what it would do. What it did already is booked from its trades.
   */
  async takeAway(order: Order): Promise<void> {
    const { pair, clientOrderId, status } = order;
    this.#desk.ports.log.error(
      { pair, clientOrderId, status },
      'an order that had ended works at the venue',
    );
    this.#send(await cancel(this.#desk, order, 'the ledger has its end'));
  }

  wake(): void {
    // What comes in while the last step ends would else wait for the next tick.
    this.#isWoken = true;
    if (this.#isRunning || this.#hasEnded) return;
    this.#isRunning = true;
    this.#desk.ports.background('lane', this.#run());
  }

  async #run(): Promise<void> {
    try {
      // Not in the midst of the call that woke it: the venue may have more to say about the same
      // trade, and the mark must not be written without it.
      await Promise.resolve();
      do {
        this.#isWoken = false;
        while (this.#desk.ports.mayAct() && (await this.#step())) {
          // Each step looks anew at what is true.
        }
      } while (this.#isWoken && this.#desk.ports.mayAct());
    } catch (error) {
      this.#hasEnded = true;
      this.#desk.ports.fail(error);
    } finally {
      this.#isRunning = false;
    }
  }

  /** True when something was done and there may be more. */
  async #step(): Promise<boolean> {
    if (this.#news.length > 0 || this.#isMarkDue()) {
      await this.#absorb();
      return true;
    }
    if (!this.#isOpen || this.#rest.isOn) return false;
    if (await this.#pickGoal()) return true;
    const { misses, mayReplace } = this.#sales;
    const doubts = this.#doubts.now();
    const memory = { goal: this.#goal, misses, mayReplace, doubts };
    const step = nextStep(this.#desk, this.pair, memory);
    if (step.kind === 'goal-done') {
      await this.#finishGoal();
      return true;
    }
    // The tick wakes the lane again.
    if (step.kind === 'sell' && this.#sales.mustPause) return false;
    if (step.kind === 'wait' && step.for === 'exits') this.#askForExits();
    const carried = await carryOut(this.#desk, this.pair, step);
    if (carried.command !== undefined) this.#send(carried.command);
    if (carried.isDone) return true;
    return this.#enter();
  }

  #pushNews(item: LaneItem): void {
    this.#news.push(item);
    if (this.#news.length > NEWS_MAX) {
      this.#desk.ports.fail(new Error(`more than ${NEWS_MAX} unread events of ${this.pair}`));
    }
    this.wake();
  }

  /** Books everything heard so far, and with it how far the market was seen. */
  async #absorb(): Promise<void> {
    const { ports, state, journal } = this.#desk;
    // Taken together: what these trades caused is in the news, so the mark never runs ahead of it.
    const seen = ports.broker.seen(this.pair);
    const items = this.#news.splice(0);
    this.#markedMs = ports.clock.now();
    const goal = this.#goal;
    const hadFill = await journal.run(async (tx, draft) => {
      const booking = { desk: this.#desk, tx, draft };
      for (const item of items) {
        if (item.kind === 'event') await bookOrderEvents(booking, [item.event]);
        else await settleCommand(booking, item.command, item.outcome);
      }
      if (seen !== undefined) {
        await tx.setTradeMark({ account: ports.config.account, pair: this.pair, ...seen });
      }
      if (goal?.qty !== undefined) this.#goal = await refreshGoal(tx, goal);
      return draft.changes.some(({ kind }) => kind === 'position');
    });
    for (const item of items) {
      if (item.kind === 'event') continue;
      if (item.outcome.outcome === 'unknown') {
        const known = state.commands.get(item.command.id);
        this.resolve(item.command, known?.createdMs ?? ports.clock.now());
      } else {
        this.#sales.heard(item.command, item.outcome);
        this.#doubts.heard(item.command, item.outcome);
        this.#rest.heard(item.command, item.outcome);
      }
    }
    if (!state.positions.has(this.pair)) this.#sales.end();
    if (hadFill) this.#onFilled();
  }

  #isMarkDue(): boolean {
    const { ports, state } = this.#desk;
    if (ports.clock.now() - this.#markedMs < MARK_EVERY_MS) return false;
    if (ports.broker.seen(this.pair) === undefined) return false;
    return [...state.orders.values()].some((order) => order.pair === this.pair);
  }

  async #pickGoal(): Promise<boolean> {
    if (this.#goal !== undefined) return false;
    if (this.#isFlattening) return this.#pickFlatten();
    const exit = this.#exits.shift();
    if (exit === undefined) return false;
    this.#goal = await decideExit(this.#desk, exit);
    this.#inboxId = this.#goal === undefined ? undefined : exit.id;
    return true;
  }

  async #pickFlatten(): Promise<boolean> {
    const { state } = this.#desk;
    const entry = [...state.orders.values()].find(({ pair }) => pair === this.pair);
    const protection = state.positions.has(this.pair)
      ? state.protections.get(this.pair)
      : undefined;
    const intentId = protection?.intentId ?? entry?.intentId;
    if (intentId === undefined) await this.#endFlatten();
    else this.#goal = { intentId, leg: 'flatten', qty: undefined };
    return true;
  }

  async #enter(): Promise<boolean> {
    const wish = this.#entries.shift();
    if (wish === undefined) return false;
    const command = await decideEntry(this.#desk, wish);
    if (command === undefined) return true;
    this.#send(command);
    if (wish.command !== undefined) return true;
    const { metrics, clock } = this.#desk.ports;
    metrics.candleToOrder(Math.max(0, clock.now() - wish.intent.receivedMs) / 1_000);
    return true;
  }

  #send(command: Outgoing): void {
    const { ports } = this.#desk;
    this.#doubts.watch(command);
    const work = async (): Promise<void> => {
      const answer = await send(ports, command);
      ports.crash('answered');
      const outcome =
        answer.outcome === 'refused' ? await explainRefusal(ports, command, answer) : answer;
      this.#pushNews({ kind: 'answer', command, outcome });
    };
    ports.background('send', work());
  }

  /** The answer to a bracket does not say what became of its exits; the stream may be late. */
  #askForExits(): void {
    const { ports, state } = this.#desk;
    if (ports.clock.monotonic() < this.#askFromMs) return;
    this.#askFromMs = ports.clock.monotonic() + ASK_EVERY_MS;
    const pending = ordersOf(state, this.pair).filter(({ status }) => status === 'pending-new');
    const work = async (): Promise<void> => {
      for (const order of pending) {
        const said = await askOrder(ports, order);
        if (said === undefined || said === 'absent' || said === 'no-pair') continue;
        for (const event of said.events) this.onEvent(event);
      }
      await ports.clock.sleep(ASK_EVERY_MS);
      this.wake();
    };
    ports.background('ask for exits', work());
  }

  async #finishGoal(): Promise<void> {
    const { ports, journal } = this.#desk;
    const id = this.#inboxId;
    if (id !== undefined) {
      await journal.run((tx) =>
        tx.finishInbox(id, JSON.stringify({ kind: 'done' }), ports.clock.now()),
      );
    }
    if (this.#goal?.leg === 'flatten') await this.#endFlatten();
    this.#goal = undefined;
    this.#inboxId = undefined;
    this.#sales.end();
  }

  async #endFlatten(): Promise<void> {
    const { ports, journal } = this.#desk;
    const ids = [...this.#closing];
    // First: what is asked for while these are written is another sale.
    this.#closing.clear();
    this.#isFlattening = false;
    if (ids.length === 0) return;
    const verdict = JSON.stringify({ result: 'sold' });
    await journal.run(async (tx) => {
      for (const id of ids) await tx.finishInbox(id, verdict, ports.clock.now());
    });
  }
}
