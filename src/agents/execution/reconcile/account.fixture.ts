import type { Broker, OrderReport } from '#broker/broker.ts';
import { add, format, parse, ZERO } from '#core/money/decimal.ts';
import type { Decimal } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { changesOf } from '#core/reconcile/shares.ts';
import type { VenueFlow, VenueOrder, VenueTrade } from '#exchange/trading/trading-venue.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { BTC } from '../desk.fixture.ts';
import type { AccountPort } from './account-port.ts';

const text = (value: string): DecimalText => value as DecimalText;

const UNKNOWN_ORDER = { outcome: 'refused', code: '-2011', reason: 'Unknown order sent.' } as const;

/** What the account's histories do not show yet, or never tell. */
export interface Lag {
  trade?: (trade: VenueTrade) => boolean;
  flow?: (flow: VenueFlow) => boolean;
  /** Events that the desk does not hear. */
  event?: (event: OrderEvent) => boolean;
}

/**
 * The truth of an account, beside the desk: what the broker executes changes it, and a person's
 * hands do. The test says what of it is told.
 */
export class ScriptedAccount {
  readonly lag: Lag = {};
  readonly calls: string[] = [];
  /** Calls that get no answer. */
  readonly mute = new Set<string>();
  /** Pairs that the venue says nothing of. */
  readonly silent = new Set<Pair>();
  /** Pairs that the venue does not have. */
  readonly unknown = new Set<Pair>();
  /** Of the totals, by asset. */
  readonly locked = new Map<string, string>();
  /** As the desk told it last. */
  followed: readonly Pair[] = [];
  accountId = '1001';
  isAway = false;
  /** Questions that get no answer. */
  readonly lost = new Set<string>();
  nowMs: () => number = () => 0;
  /** In the list of open orders beside the desk's own. */
  readonly orders: VenueOrder[] = [];
  readonly trades: VenueTrade[] = [];
  readonly flows: VenueFlow[] = [];
  readonly #totals = new Map<string, Decimal>([['USDT', parse(text('10000'))]]);
  readonly #foreign = new Map<string, string>();
  /** Ids of the desk's orders that the list of open orders and every query leave out. */
  readonly forgotten = new Set<string>();
  #broker: Broker | undefined;
  #ids = 0;

  /** Stands between the desk and its broker. */
  watch = (broker: Broker): Broker => {
    this.#broker = broker;
    const hear = (event: OrderEvent): void => {
      if (event.kind === 'fill') this.#record(event.fill);
    };
    return new Proxy(broker, {
      get: (target, name) => {
        if (name === 'listen') {
          return (listener: (event: OrderEvent) => void) =>
            target.listen((event) => {
              hear(event);
              if (this.lag.event?.(event) !== false) listener(event);
            });
        }
        if (name === 'query') {
          return async (order: Parameters<Broker['query']>[0]) => {
            this.assertHas(order.pair);
            return this.forgotten.has(order.clientOrderId) ? 'absent' : target.query(order);
          };
        }
        if (name === 'cancel') {
          return (order: Parameters<Broker['cancel']>[0]) => {
            const call = `cancel ${order.clientOrderId}`;
            this.calls.push(call);
            if (this.forgotten.has(order.clientOrderId)) return Promise.resolve(UNKNOWN_ORDER);
            const answer = target.cancel(order);
            return this.mute.has(call) ? new Promise(() => undefined) : answer;
          };
        }
        if (name === 'replace') {
          return (...orders: Parameters<Broker['replace']>) =>
            this.forgotten.has(orders[0].clientOrderId)
              ? Promise.resolve(UNKNOWN_ORDER)
              : target.replace(...orders);
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };

  port(changes: Partial<AccountPort> = {}): AccountPort {
    const called = async (name: string): Promise<void> => {
      this.calls.push(name);
      if (this.isAway || this.lost.has(name)) throw new TransientError('venue-unavailable', 'away');
      await Promise.resolve();
    };
    return {
      capitalQuote: undefined,
      pairs: [BTC],
      follow: (pairs) => {
        this.followed = pairs;
      },
      learn: async (pair) => {
        await called(`learn ${pair}`);
        if (this.silent.has(pair)) throw new TransientError('venue-unavailable', 'silent');
      },
      venue: {
        id: 'scripted',
        rights: async () => {
          await called('rights');
          const { accountId } = this;
          return { accountId, canTrade: true, canWithdraw: false, isIpRestricted: true };
        },
        balances: async () => {
          await called('balances');
          return [...this.#totals].map(([asset, total]) => ({
            asset,
            free: format(total),
            locked: text(this.locked.get(asset) ?? '0'),
          }));
        },
        openOrders: async () => {
          await called('openOrders');
          return [...(await this.#ownOrders()), ...this.orders];
        },
        trades: async (query) => {
          await called(`trades ${query.pair}`);
          this.assertHas(query.pair);
          const shown = this.trades.filter(
            (trade) => trade.pair === query.pair && this.lag.trade?.(trade) !== false,
          );
          return shown.filter((trade) =>
            'fromId' in query
              ? Number(trade.venueTradeId) >= Number(query.fromId)
              : trade.atMs >= query.sinceMs,
          );
        },
        flows: async (sinceMs) => {
          await called('flows');
          return this.flows.filter(
            (flow) => flow.atMs >= sinceMs && this.lag.flow?.(flow) !== false,
          );
        },
        order: async (name) => {
          await called('order');
          if (!('venueOrderId' in name)) return 'absent';
          const own = (await this.#ownOrders()).find((o) => o.venueOrderId === name.venueOrderId);
          const foreign = this.#foreign.get(name.venueOrderId);
          if (own !== undefined) return own;
          if (foreign === undefined) return 'absent';
          return this.#order({ venueOrderId: name.venueOrderId, clientOrderId: foreign });
        },
      },
      ...changes,
    };
  }

  assertHas(pair: Pair): void {
    if (this.unknown.has(pair)) throw new PermanentError('venue-unknown-symbol', 'no such pair');
  }

  total(asset: string): DecimalText {
    return format(this.#totals.get(asset) ?? ZERO);
  }

  totals(): Record<string, DecimalText> {
    return Object.fromEntries([...this.#totals].map(([asset, has]) => [asset, format(has)]));
  }

  flow(kind: VenueFlow['kind'], asset: string, amount: string): void {
    this.move(asset, amount);
    this.flows.push({ kind, id: this.#id(), asset, amount: text(amount), atMs: this.nowMs() });
  }

  /** Nothing tells of it. */
  move(asset: string, amount: string): void {
    this.#change(asset, parse(text(amount)));
  }

  /** A trade by hand, or by another program with its own order ids. */
  trade(changes: Partial<VenueTrade> & { readonly by?: string } = {}): void {
    const { by = 'web_1', ...rest } = changes;
    const venueOrderId = this.#id();
    this.#foreign.set(venueOrderId, by);
    this.#add({
      pair: BTC,
      kind: 'trade',
      venueTradeId: this.#id(),
      venueOrderId,
      clientOrderId: undefined,
      side: 'buy',
      price: text('100'),
      qty: text('1'),
      quoteQty: text('100'),
      fee: text('0.001'),
      feeAsset: 'BTC',
      isMaker: false,
      atMs: this.nowMs(),
      ...rest,
    });
  }

  openForeign(clientOrderId: string, pair = BTC): void {
    const venueOrderId = this.#id();
    this.#foreign.set(venueOrderId, clientOrderId);
    this.orders.push(this.#order({ venueOrderId, clientOrderId, pair }));
  }

  /** Shows an order of the desk as working, whatever became of it. */
  resurrect(clientOrderId: string, venueOrderId: string): void {
    this.orders.push(this.#order({ venueOrderId, clientOrderId }));
  }

  #id(): string {
    this.#ids += 1;
    return String(500_000 + this.#ids);
  }

  #change(asset: string, by: Decimal): void {
    this.#totals.set(asset, add(this.#totals.get(asset) ?? ZERO, by));
  }

  #record(fill: Fill): void {
    const key = `${fill.clientOrderId} ${fill.venueTradeId}`;
    if (this.trades.some((trade) => trade.clientOrderId !== undefined && keyOf(trade) === key))
      return;
    const { liquidity, account: _account, ...rest } = fill;
    this.#add({
      ...rest,
      // The paper broker names orders by its own text; the desk knows it by its client id.
      venueOrderId: `v${fill.clientOrderId}`,
      isMaker: liquidity === 'maker',
    });
  }

  #add(trade: VenueTrade): void {
    this.trades.push(trade);
    for (const [asset, by] of changesOf(trade)) this.#change(asset, by);
  }

  #order(changes: Partial<VenueOrder>): VenueOrder {
    return {
      pair: BTC,
      venueOrderId: '',
      clientOrderId: '',
      listId: undefined,
      side: 'buy',
      type: 'limit',
      status: 'open',
      qty: text('1'),
      price: text('100'),
      stopPrice: undefined,
      filledQty: text('0'),
      filledQuote: text('0'),
      reason: '',
      atMs: this.nowMs(),
      ...changes,
    };
  }

  async #ownOrders(): Promise<readonly VenueOrder[]> {
    const reports = (await this.#broker?.openOrders()) ?? [];
    return reports
      .filter(({ clientOrderId }) => !this.forgotten.has(clientOrderId))
      .filter(({ pair }) => !this.unknown.has(pair))
      .map(({ clientOrderId, venueOrderId, pair, status, filledQty, atMs }: OrderReport) =>
        this.#order({ clientOrderId, venueOrderId, pair, status, filledQty, atMs, qty: undefined }),
      );
  }
}

function keyOf(trade: VenueTrade): string {
  return `${trade.clientOrderId} ${trade.venueTradeId}`;
}
