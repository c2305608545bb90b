import {
  type Decimal,
  div,
  format,
  fromNumber,
  min,
  ONE,
  parse,
  round,
  ZERO,
} from '#core/money/decimal.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { PublicTrade } from '#core/model/market.ts';
import type { OrderSide } from '#core/model/order.ts';
import { baseOf, type Pair, quoteOf } from '#core/model/pair.ts';
import { assert } from '#platform/errors.ts';
import type { VenueTrade } from '#exchange/trading/trading-venue.ts';
import type { MarketTick } from '../model-market.ts';
import { isBeyond, ModelBook, type Slice } from './model-book.ts';
import { ModelFunds } from './model-funds.ts';
import { isLive, isStop, leftOf, type ModelOrder } from './model-order.ts';
import type { Judged } from './model-rules.ts';

/** What the account's stream says; balances of these assets changed. */
export type Told =
  | {
      readonly kind: 'order';
      readonly order: ModelOrder;
      readonly trade: VenueTrade | undefined;
      readonly assets: readonly string[];
    }
  | {
      readonly kind: 'flow';
      readonly asset: string;
      readonly amount: Decimal;
      readonly atMs: number;
    };

export interface EngineOptions {
  readonly now: () => number;
  readonly tell: (told: Told) => void;
  readonly feeFraction: Decimal;
  /** Taken instead of the received asset as long as there is enough of it. */
  readonly feeCoin: { readonly asset: string; readonly quotePrice: Decimal } | undefined;
  /** Quantity of the pair's book as a multiple of the market's. */
  readonly depth: (pair: Pair) => Decimal;
}

/** As venues round commission. */
const FEE_PLACES = 8;

/**
 * Matching and money of the model venue: one account against everybody else's book.
 *
 * 1. What an order may cost is held before it exists, and given back when it ends.
 * 2. Whatever of a list executes or triggers first ends the other leg in the same instant.
 * 3. An order never executes against the account's own: the taker expires.
 * 4. Each change is told, in the order in which it happened.
 */
export class ModelEngine {
  readonly funds = new ModelFunds();
  readonly orders: ModelOrder[] = [];
  readonly trades: VenueTrade[] = [];
  readonly #options: EngineOptions;
  readonly #live = new Set<ModelOrder>();
  readonly #instruments = new Map<Pair, Instrument>();
  readonly #books = new Map<Pair, ModelBook>();
  readonly #last = new Map<Pair, Decimal>();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  get now(): number {
    return this.#options.now();
  }

  setInstrument(instrument: Instrument): void {
    this.#instruments.set(instrument.pair, instrument);
  }

  instrument(pair: Pair): Instrument {
    const instrument = this.#instruments.get(pair);
    assert(instrument !== undefined, 'a pair of the model venue has an instrument', { pair });
    return instrument;
  }

  live(): readonly ModelOrder[] {
    return [...this.#live];
  }

  judged(pair: Pair, side: OrderSide): Judged {
    const stops = this.live().filter((order) => order.pair === pair && isStop(order));
    return {
      instrument: this.instrument(pair),
      last: this.#last.get(pair),
      best: this.#book(pair).best(side),
      algoOrders: stops.length,
    };
  }

  onTick({ pair, book, trades }: MarketTick): void {
    this.#book(pair).show(book);
    for (const trade of trades) {
      this.#last.set(pair, parse(trade.price));
      for (const order of this.live()) if (order.pair === pair) this.#meet(order, trade);
    }
  }

  /** Everything at once that a new order is: known, told, and matched as far as it goes. */
  enter(order: ModelOrder): void {
    this.add(order);
    this.start(order);
  }

  add(order: ModelOrder): void {
    this.orders.push(order);
    this.#live.add(order);
  }

  /** Begins to work: a stop waits, the rest takes what it may and lies down or ends. */
  start(order: ModelOrder): void {
    order.status = 'open';
    order.atMs = this.now;
    if (order.trailingDeltaBps !== undefined && order.stopPrice === undefined) {
      order.top = this.#last.get(order.pair);
    }
    this.say(order);
    if (!isStop(order)) this.#take(order);
  }

  end(
    order: ModelOrder,
    status: 'cancelled' | 'expired' | 'expired-in-match' | 'rejected',
    reason: string,
  ): void {
    if (!isLive(order)) return;
    order.status = status;
    order.reason = reason;
    order.atMs = this.now;
    this.#settle(order);
    this.say(order);
  }

  othersOf(order: ModelOrder): readonly ModelOrder[] {
    if (order.listId === undefined) return [];
    return this.orders.filter((other) => other !== order && other.listId === order.listId);
  }

  say(order: ModelOrder, trade?: VenueTrade): void {
    const assets = [baseOf(order.pair), quoteOf(order.pair)];
    if (trade !== undefined && !assets.includes(trade.feeAsset)) assets.push(trade.feeAsset);
    this.#options.tell({ kind: 'order', order, trade, assets });
  }

  #book(pair: Pair): ModelBook {
    const known = this.#books.get(pair);
    if (known !== undefined) return known;
    const book = new ModelBook(this.#options.depth(pair));
    this.#books.set(pair, book);
    return book;
  }

  #meet(order: ModelOrder, trade: PublicTrade): void {
    if (!isLive(order) || order.status === 'pending-new' || order.createdMs > trade.atMs) return;
    const price = parse(trade.price);
    if (isStop(order) && order.status === 'open') {
      if (this.#hasTriggered(order, price)) this.#trigger(order);
      return;
    }
    if (order.price === undefined) return;
    const isThrough = order.side === 'sell' ? price.gt(order.price) : price.lt(order.price);
    if (!isThrough) return;
    const qty = min(leftOf(order), parse(trade.qty).times(this.#options.depth(order.pair)));
    this.#fill(order, { price: order.price, qty }, true);
  }

  #hasTriggered(order: ModelOrder, price: Decimal): boolean {
    const delta = order.trailingDeltaBps;
    if (delta === undefined) {
      const triggersBelow = (order.side === 'sell') === order.type.startsWith('stop-loss');
      if (order.stopPrice === undefined) return false;
      return triggersBelow ? price.lte(order.stopPrice) : price.gte(order.stopPrice);
    }
    // A trailing sell stop with a stop price begins to follow when the price has come to it.
    if (order.top === undefined) {
      if (order.stopPrice !== undefined && price.gt(order.stopPrice)) return false;
      order.top = price;
    }
    if (price.gt(order.top)) order.top = price;
    return price.lte(order.top.times(ONE.minus(fromNumber(delta / 10_000, 4))));
  }

  #trigger(order: ModelOrder): void {
    for (const other of this.othersOf(order)) this.end(other, 'expired', '');
    order.status = 'triggered';
    order.atMs = this.now;
    this.say(order);
    this.#take(order);
  }

  /** Executes against the book within the limit; what is left rests or expires. */
  #take(order: ModelOrder): void {
    const limit = order.price;
    const slices = this.#book(order.pair).within(order.side, leftOf(order), limit);
    const isWhole = slices.reduce((sum, { qty }) => sum.plus(qty), ZERO).eq(leftOf(order));
    if (order.timeInForce === 'fok' && !isWhole) {
      this.end(order, 'expired', '');
      return;
    }
    for (const slice of slices) {
      if (this.#meetsOwn(order, slice.price)) {
        this.end(order, 'expired-in-match', 'self-trade prevention');
        return;
      }
      const qty = this.#affordable(order, slice);
      if (!qty.gt(ZERO)) break;
      this.#book(order.pair).take(order.side, { ...slice, qty });
      this.#fill(order, { ...slice, qty }, false);
    }
    const rests = limit !== undefined && order.timeInForce === 'gtc';
    if (isLive(order) && !rests) this.end(order, 'expired', '');
  }

  /** A market buy holds nothing before: it takes what the free balance pays for. */
  #affordable(order: ModelOrder, { price, qty }: Slice): Decimal {
    if (order.hold !== undefined) return qty;
    const free = this.funds.free(quoteOf(order.pair));
    return price.times(qty).gt(free) ? ZERO : qty;
  }

  #meetsOwn(taker: ModelOrder, price: Decimal): boolean {
    return this.live().some(
      (own) =>
        own.pair === taker.pair &&
        own.side !== taker.side &&
        own.price !== undefined &&
        (own.status === 'partly-filled' || (own.status === 'open' && !isStop(own))) &&
        !isBeyond(own.side, price, own.price),
    );
  }

  #fill(order: ModelOrder, { price, qty }: Slice, isMaker: boolean): void {
    for (const other of this.othersOf(order)) {
      if (other.status !== 'pending-new') this.end(other, 'expired', '');
    }
    const quote = price.times(qty);
    const gross = order.side === 'buy' ? qty : quote;
    const received = order.side === 'buy' ? baseOf(order.pair) : quoteOf(order.pair);
    this.#pay(order, { price, qty });
    this.funds.move(received, gross);
    const fee = this.#fee(received, gross, quote);
    this.funds.move(fee.asset, ZERO.minus(fee.amount));
    order.filledQty = order.filledQty.plus(qty);
    order.filledQuote = order.filledQuote.plus(quote);
    order.status = leftOf(order).gt(ZERO) ? 'partly-filled' : 'filled';
    order.atMs = this.now;
    if (!isLive(order)) this.#settle(order);
    const trade: VenueTrade = {
      pair: order.pair,
      kind: 'trade',
      venueTradeId: String(this.trades.length + 1),
      venueOrderId: String(order.venueOrderId),
      clientOrderId: undefined,
      side: order.side,
      price: format(price),
      qty: format(qty),
      quoteQty: format(quote),
      fee: format(fee.amount),
      feeAsset: fee.asset,
      isMaker,
      atMs: this.now,
    };
    this.trades.push(trade);
    this.say(order, trade);
  }

  #pay(order: ModelOrder, { price, qty }: Slice): void {
    const { hold, side, pair } = order;
    const quote = price.times(qty);
    if (hold === undefined) {
      this.funds.move(quoteOf(pair), ZERO.minus(quote));
      return;
    }
    if (side === 'sell') {
      this.funds.spend(hold, qty);
      return;
    }
    this.funds.spend(hold, quote);
    const heldForIt = (order.price ?? price).times(qty);
    if (heldForIt.gt(quote)) this.funds.release(hold, heldForIt.minus(quote));
  }

  #fee(received: string, gross: Decimal, quote: Decimal) {
    const { feeFraction, feeCoin } = this.#options;
    if (feeCoin !== undefined) {
      const { asset, quotePrice } = feeCoin;
      const amount = div(quote.times(feeFraction), quotePrice, FEE_PLACES, 'half-up');
      if (this.funds.free(asset).gte(amount)) return { asset, amount };
    }
    return { asset: received, amount: round(gross.times(feeFraction), FEE_PLACES, 'half-up') };
  }

  #settle(order: ModelOrder): void {
    this.#live.delete(order);
    const { hold } = order;
    if (hold === undefined) return;
    const isShared = this.live().some((other) => other.hold === hold);
    if (!isShared) this.funds.release(hold);
  }
}
