import { type Decimal, div, format, fromNumber, sub, sum, ZERO } from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { baseOf, type Pair } from '#core/model/pair.ts';
import type { Random } from '#platform/random.ts';
import type { OrderTicket } from '#exchange/trading/trading-venue.ts';
import type { ModelHub } from './venue/model-hub.ts';
import { leftOf } from './venue/model-order.ts';
import { tradeMoves } from './venue/trade-moves.ts';

export interface PersonOptions {
  readonly hub: ModelHub;
  readonly random: Random;
  readonly pairs: readonly Pair[];
  readonly count: (name: string) => void;
  /** False: an account of the desk's own, to which the person only moves money. */
  readonly isShared: boolean;
}

/** Chance per tick that something is done by hand. */
const ACT_CHANCE = 0.01;
/** What the account has beside the desk's capital. */
const MONEY: Readonly<Record<string, DecimalText>> = {
  USDT: '20000' as DecimalText,
  BNB: '2' as DecimalText,
};
const COINS: Readonly<Record<string, DecimalText>> = {
  BTC: '0.5' as DecimalText,
  SOL: '10' as DecimalText,
};
/** The desk's capital; of the rest the person may take what there is. */
const DESK_USDT = '10000' as DecimalText;
const TAG = 'web_';

/**
 * Somebody who trades on the same account by hand: buys, sells own coins, cancels own orders,
 * deposits and withdraws. Never touches what the desk has bought.
 */
export class Person {
  readonly #options: PersonOptions;
  /** What was cancelled by hand. */
  readonly cancelled = new Set<string>();
  #orders = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    for (const [asset, amount] of Object.entries(this.endowment)) options.hub.endow(asset, amount);
  }

  /** Balances before anybody did anything. */
  get endowment(): Readonly<Record<string, DecimalText>> {
    return this.#options.isShared ? { ...MONEY, ...COINS } : MONEY;
  }

  isOwn({ clientOrderId }: { readonly clientOrderId: string }): boolean {
    return clientOrderId.startsWith(TAG);
  }

  act(): void {
    const { random } = this.#options;
    if (this.#options.hub.isInMaintenance || random.next() >= ACT_CHANCE) return;
    const roll = random.next();
    if (!this.#options.isShared) this.#transfer();
    else if (roll < 0.25) this.#buy();
    else if (roll < 0.45) this.#sell();
    else if (roll < 0.65) this.#cancel();
    else this.#transfer();
  }

  /** Coins of the person: endowed, deposited and bought, without what the desk's own trades moved. */
  own(asset: string): Decimal {
    const { engine, flows } = this.#options.hub.venue;
    const endowed = this.endowment[asset] ?? ZERO;
    const moved = flows.filter((flow) => flow.asset === asset).map(({ amount }) => amount);
    const traded = engine.trades.flatMap((trade) => {
      const order = engine.orders.find(
        ({ venueOrderId }) => String(venueOrderId) === trade.venueOrderId,
      );
      if (order === undefined || !this.isOwn(order)) return [];
      return [tradeMoves(trade, asset)];
    });
    return sum([endowed, ...moved, ...traded]);
  }

  #buy(): void {
    const { random, hub } = this.#options;
    const pair = this.#pair();
    const judged = hub.venue.engine.judged(pair, 'buy');
    if (judged.best === undefined) return;
    const offset = 1 + (random.next() - 0.8) * 0.01;
    const price = floorToStep(judged.best.times(fromNumber(offset, 4)), judged.instrument.tickSize);
    const qty = floorToStep(div(fromNumber(50, 0), price, 8, 'down'), judged.instrument.stepSize);
    this.#place({ pair, side: 'buy', price, qty });
  }

  #sell(): void {
    const { random, hub } = this.#options;
    const pair = this.#pair();
    const { engine } = hub.venue;
    const judged = engine.judged(pair, 'sell');
    if (judged.best === undefined) return;
    const base = baseOf(pair);
    const resting = engine
      .live()
      .filter((order) => order.pair === pair && order.side === 'sell' && this.isOwn(order));
    const left = sub(this.own(base), sum(resting.map(leftOf)));
    const most = left.lt(engine.funds.free(base)) ? left : engine.funds.free(base);
    const share = fromNumber(0.1 + 0.3 * random.next(), 2);
    const qty = floorToStep(most.times(share), judged.instrument.stepSize);
    const offset = 1 + (random.next() - 0.3) * 0.02;
    const price = floorToStep(judged.best.times(fromNumber(offset, 4)), judged.instrument.tickSize);
    this.#place({ pair, side: 'sell', price, qty });
  }

  #place(order: {
    readonly pair: Pair;
    readonly side: 'buy' | 'sell';
    readonly price: Decimal;
    readonly qty: Decimal;
  }): void {
    const { hub, count } = this.#options;
    if (!order.qty.gt(ZERO)) return;
    this.#orders += 1;
    const ticket: OrderTicket = {
      pair: order.pair,
      clientOrderId: `${TAG}${this.#orders}`,
      side: order.side,
      type: 'limit',
      timeInForce: 'gtc',
      qty: format(order.qty),
      price: format(order.price),
    };
    const { outcome } = hub.venue.place(ticket);
    count(`manual ${order.side} ${outcome}`);
  }

  #cancel(): void {
    const { hub, random, count } = this.#options;
    const own = hub.venue.engine.live().filter((order) => this.isOwn(order));
    const order = own[random.int(Math.max(1, own.length))];
    if (order === undefined) return;
    this.cancelled.add(order.clientOrderId);
    hub.venue.cancel({ pair: order.pair, clientOrderId: order.clientOrderId });
    count('manual cancel');
  }

  #transfer(): void {
    const { hub, random, count } = this.#options;
    const assets = this.#options.isShared ? ['USDT', 'BTC', 'BNB'] : ['USDT', 'BNB'];
    const asset = assets[random.int(assets.length)] ?? 'USDT';
    const isIn = random.next() < 0.5;
    const size = asset === 'USDT' ? 100 : 0.01;
    const amount = fromNumber(size * (0.1 + random.next()), 6);
    const left = asset === 'USDT' ? sub(this.own(asset), DESK_USDT) : this.own(asset);
    if (!isIn && left.lt(amount)) return;
    const kind = isIn ? 'deposit' : 'withdrawal';
    const isDone = hub.venue.transfer(kind, asset, isIn ? amount : ZERO.minus(amount));
    if (isDone) count(kind);
  }

  #pair(): Pair {
    const { pairs, random } = this.#options;
    return pairs[random.int(pairs.length)] as Pair;
  }
}
