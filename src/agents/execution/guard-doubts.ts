import { add, format, max, sub, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import { baseOf, type Pair } from '#core/model/pair.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { errorText } from '#platform/errors.ts';
import type { Desk } from './desk.ts';
import { ABSENT, askOrder } from './resolve.ts';
import { ordersIn, type Outgoing } from './send.ts';

/** A stop without an answer is asked for so soon: a healthy venue answers in a tenth of a second. */
const ASK_AFTER_MS = 300;
const ASK_EVERY_MS = 500;
/** Doubled up to this: an account is dear to read, and all pairs may be in doubt at once. */
const ASK_EVERY_MS_MAX = 4_000;
/** After a refusal the doubtful one has most likely come; doubled with each. */
const REFUSED_PAUSE_MS = 1_000;
const REFUSALS_COUNTED_MAX = 5;

/** Stops of a pair that may or may not be at the venue. */
export interface Doubts {
  readonly commandIds: ReadonlySet<string>;
  readonly orderIds: ReadonlySet<string>;
  readonly guards: readonly Order[];
  /** Coins of this kind on the account that are no part of the position. */
  readonly otherQty: DecimalText;
}

interface Told {
  onEvent(event: OrderEvent): void;
  onDoubt(): void;
}

const NOTHING = '0' as DecimalText;
const NO_DOUBTS: Doubts = {
  commandIds: new Set(),
  orderIds: new Set(),
  guards: [],
  otherQty: NOTHING,
};

/**
 * Asks early for stops whose answer is late, so that a lost one can be placed again long before the
 * fence proves it lost. Settles nothing: what became of the first is found out as for any command.
 * In memory only: after a restart the venue is asked again before anything is in doubt.
 */
export class GuardDoubts {
  readonly #desk: Desk;
  readonly #pair: Pair;
  readonly #tell: Told;
  readonly #watched = new Set<string>();
  /** Commands that the venue was asked for and did not know, with their orders. */
  readonly #missed = new Map<string, readonly Order[]>();
  #otherQty = NOTHING;
  #refusals = 0;
  #fromMs = 0;

  constructor(desk: Desk, pair: Pair, tell: Told) {
    this.#desk = desk;
    this.#pair = pair;
    this.#tell = tell;
  }

  /** Begins to ask for a stop that is being sent; does nothing for any other command. */
  watch(command: Outgoing): void {
    if (!isGuard(command) || this.#watched.has(command.id)) return;
    this.#watched.add(command.id);
    this.#desk.ports.background('ask for a stop', this.#ask(command));
  }

  /** What is in doubt now; news of an order or the end of its command ends the doubt. */
  now(): Doubts {
    const { state } = this.#desk;
    const isUnseen = ({ clientOrderId }: Order): boolean =>
      state.orders.get(clientOrderId)?.status === 'created';
    const doubtful = [...this.#missed].filter(
      ([id, orders]) => state.commands.has(id) && orders.every(isUnseen),
    );
    if (doubtful.length === 0) return NO_DOUBTS;
    const orders = doubtful.flatMap(([, each]) => each);
    return {
      commandIds: new Set(doubtful.map(([id]) => id)),
      orderIds: new Set(orders.map(({ clientOrderId }) => clientOrderId)),
      guards: orders.filter(({ leg }) => leg === 'stop'),
      otherQty: this.#otherQty,
    };
  }

  /** A refusal beside a doubtful stop mostly says that this one is there: it is asked for first. */
  heard(command: Outgoing, answer: CommandOutcome): void {
    if (!isGuard(command)) return;
    this.#watched.delete(command.id);
    this.#missed.delete(command.id);
    if (answer.outcome === 'accepted') this.#refusals = 0;
    if (answer.outcome !== 'refused' || answer.code === ABSENT) return;
    if (this.#missed.size === 0) return;
    this.#missed.clear();
    const doublings = Math.min(this.#refusals, REFUSALS_COUNTED_MAX);
    this.#fromMs = this.#desk.ports.clock.monotonic() + REFUSED_PAUSE_MS * 2 ** doublings;
    this.#refusals += 1;
  }

  async #ask(command: Outgoing): Promise<void> {
    const { ports, state } = this.#desk;
    await ports.clock.sleep(ASK_AFTER_MS);
    let pauseMs = ASK_EVERY_MS;
    while (state.commands.has(command.id)) {
      if (await this.#askOnce(command)) return;
      await ports.clock.sleep(pauseMs);
      pauseMs = Math.min(2 * pauseMs, ASK_EVERY_MS_MAX);
    }
  }

  /** True when the venue knows it. */
  async #askOnce(command: Outgoing): Promise<boolean> {
    const { ports } = this.#desk;
    const [said, otherQty] = await Promise.all([
      askOrder(ports, command.order),
      this.#readOthers(),
    ]);
    if (said === undefined || said === 'no-pair') return false;
    if (said !== 'absent') {
      this.#missed.delete(command.id);
      for (const event of said.events) this.#tell.onEvent(event);
      return true;
    }
    if (otherQty === undefined || ports.clock.monotonic() < this.#fromMs) return false;
    this.#otherQty = otherQty;
    this.#missed.set(command.id, ordersIn(command));
    this.#tell.onDoubt();
    return false;
  }

  /**
   * By the ledger, and by the account as it is now: whichever says more. Undefined when the account
   * cannot be read.
   */
  async #readOthers(): Promise<DecimalText | undefined> {
    const { ports, state } = this.#desk;
    const asset = baseOf(this.#pair);
    try {
      const balances = (await ports.account?.venue.balances()) ?? [];
      ports.crash('account-read');
      const has = balances.find((balance) => balance.asset === asset);
      const total = has === undefined ? ZERO : add(has.free, has.locked);
      const shares = await ports.ledger.read((query) => query.shares(ports.config.account));
      const { rest, dust } = shares.get(asset) ?? { rest: NOTHING, dust: NOTHING };
      const held = state.positions.get(this.#pair)?.qty ?? NOTHING;
      return format(max(max(sub(total, held), add(rest, dust)), NOTHING));
    } catch (error) {
      const cause = errorText(error);
      ports.log.warn({ pair: this.#pair, err: error, cause }, 'cannot read the account');
      return undefined;
    }
  }
}

/** Brings a stop to the venue, for coins that the desk has. */
function isGuard({ kind, order }: Outgoing): boolean {
  return (kind === 'place' || kind === 'place-list') && order.leg === 'stop';
}
