import { type Decimal, format, mul, ZERO } from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import type { OrderSide } from '#core/model/order.ts';
import { baseOf, quoteOf } from '#core/model/pair.ts';
import type {
  BracketTicket,
  ExitsTicket,
  OrderName,
  OrderTicket,
  TradeQuery,
  VenueFlow,
  VenueTrade,
  WriteAnswer,
} from '#exchange/trading/trading-venue.ts';
import { ModelEngine, type EngineOptions } from './model-engine.ts';
import { isLive, modelOrder, venueOrder, type ModelOrder } from './model-order.ts';
import {
  marketRefusal,
  priceRefusal,
  refusalOf,
  refused,
  type Refused,
  sizeRefusal,
} from './model-rules.ts';

/**
 * The account side of a small exchange, at the instant a request reaches it. Its rules are written
 * from Binance's documentation and share no line with the practice exchange or the desk, so that a
 * misreading is not shared either. The network between it and the desk is `model-line.ts`.
 */
export class ModelVenue {
  readonly engine: ModelEngine;
  readonly flows: VenueFlow[] = [];
  readonly #options: EngineOptions;
  #orderIds = 0;
  #listIds = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.engine = new ModelEngine(options);
  }

  place(ticket: OrderTicket): WriteAnswer {
    const { engine } = this;
    const refusal = this.#duplicate([ticket]) ?? refusalOf(ticket, this.#judged(ticket));
    if (refusal !== undefined) return refusal;
    const order = modelOrder(ticket, { id: this.#nextId(), nowMs: engine.now });
    if (!this.#fund(order)) return insufficient();
    return this.#answered([order], () => engine.enter(order));
  }

  placeExits({ above, below }: ExitsTicket): WriteAnswer {
    const { engine } = this;
    const refusal =
      this.#duplicate([above, below]) ??
      refusalOf(above, this.#judged(above)) ??
      refusalOf(below, this.#judged(below));
    if (refusal !== undefined) return refusal;
    const legs = this.#list([above, below], false);
    const [first, second] = legs;
    if (first === undefined || !this.#fund(first)) return insufficient();
    if (second !== undefined) second.hold = first.hold;
    return this.#answered(legs, () => {
      for (const leg of legs) engine.add(leg);
      for (const leg of legs) engine.start(leg);
    });
  }

  /** The exits exist from the start, without a quantity, and begin when the entry is filled whole. */
  placeBracket({ entry, above, below }: BracketTicket): WriteAnswer {
    const { engine } = this;
    const instrument = engine.instrument(entry.pair);
    const refusal =
      this.#duplicate([entry, above, below]) ??
      refusalOf(entry, this.#judged(entry)) ??
      priceRefusal(above, instrument) ??
      priceRefusal(below, instrument);
    if (refusal !== undefined) return refusal;
    const [listId, nowMs] = [String((this.#listIds += 1)), engine.now];
    const working = modelOrder(entry, { id: this.#nextId(), listId, nowMs });
    const legs = [above, below].map((ticket) =>
      modelOrder(ticket, { id: this.#nextId(), listId, nowMs, isPending: true }),
    );
    if (!this.#fund(working)) return insufficient();
    const freeBefore = engine.funds.free(baseOf(entry.pair));
    const answer = this.#answered([working, ...legs], () => {
      engine.add(working);
      for (const leg of legs) engine.add(leg);
      for (const leg of legs) engine.say(leg);
      engine.start(working);
      // The answer is written before the exits begin: it shows them pending, as the venue's does.
    });
    if (working.status === 'filled')
      this.#beginExits(working, [above, below], { legs, freeBefore });
    else if (!isLive(working)) for (const leg of legs) engine.end(leg, 'expired', '');
    return answer;
  }

  cancel(name: OrderName): WriteAnswer {
    const order = this.#find(name);
    if (order === undefined || !isLive(order)) return refused(-2011, 'Unknown order sent.');
    const all = [order, ...this.engine.othersOf(order).filter(isLive)];
    return this.#answered(all, () => {
      for (const each of all) this.engine.end(each, 'cancelled', '');
    });
  }

  cancelReplace(old: OrderName, ticket: OrderTicket): WriteAnswer {
    // Asked for with `ONLY_NEW`: what has filled in part is not replaced.
    if (this.#find(old)?.filledQty.gt('0') === true)
      return refused(-2011, 'Order was not canceled.');
    const cancelled = this.cancel(old);
    if (cancelled.outcome !== 'accepted') return refused(-2022, 'Order cancel-replace failed.');
    const placed = this.place(ticket);
    if (placed.outcome === 'accepted') {
      return {
        outcome: 'accepted',
        orders: [...cancelled.orders, ...placed.orders],
        trades: placed.trades,
      };
    }
    const { clientOrderId } = ticket;
    // Another live order with the new id is the one other way in which a placement fails here.
    const failure = placed.outcome === 'refused' ? placed : refused(-2010, 'Duplicate order sent.');
    const { code, reason } = failure;
    return { ...cancelled, refused: { clientOrderId, code, reason } };
  }

  order(name: OrderName): ModelOrder | undefined {
    return this.#find(name);
  }

  trades(query: TradeQuery): readonly VenueTrade[] {
    return this.engine.trades
      .filter((trade) => trade.pair === query.pair && isAsked(trade, query))
      .slice(0, query.limit);
  }

  /** Coins that come or go by hand; `kind` other than deposit and withdrawal changes one asset. */
  transfer(kind: VenueFlow['kind'], asset: string, amount: Decimal): boolean {
    const { engine, flows } = this;
    if (engine.funds.free(asset).plus(amount).lt(ZERO)) return false;
    engine.funds.move(asset, amount);
    const id = `flow${flows.length + 1}`;
    flows.push({ kind, id, asset, amount: format(amount), atMs: engine.now });
    this.#options.tell({ kind: 'flow', asset, amount, atMs: engine.now });
    return true;
  }

  #beginExits(
    working: ModelOrder,
    tickets: readonly OrderTicket[],
    list: { readonly legs: readonly ModelOrder[]; readonly freeBefore: Decimal },
  ): void {
    const { engine } = this;
    const { legs, freeBefore } = list;
    const base = baseOf(working.pair);
    const net = engine.funds.free(base).minus(freeBefore);
    const fee = working.filledQty.minus(net);
    // The commission comes out of other free coins when there are enough (faqs/opo.md).
    const received = freeBefore.gte(fee) ? working.filledQty : net;
    const instrument = engine.instrument(working.pair);
    const qty = floorToStep(received, instrument.stepSize);
    const refusals = tickets.map((ticket) => {
      const judged = this.#judged(ticket);
      return sizeRefusal(ticket, format(qty), judged) ?? marketRefusal(ticket, judged);
    });
    const refusal = refusals.find((found) => found !== undefined);
    const hold = refusal === undefined ? engine.funds.hold(base, qty) : undefined;
    for (const leg of legs) {
      if (hold === undefined) {
        engine.end(leg, 'expired', refusal?.reason ?? '');
        continue;
      }
      leg.qty = qty;
      leg.hold = hold;
    }
    for (const leg of legs) if (isLive(leg)) engine.start(leg);
  }

  #list(tickets: readonly OrderTicket[], isPending: boolean): readonly ModelOrder[] {
    const listId = String((this.#listIds += 1));
    const nowMs = this.engine.now;
    return tickets.map((ticket) =>
      modelOrder(ticket, { id: this.#nextId(), listId, nowMs, isPending }),
    );
  }

  #judged({ pair, side }: { readonly pair: OrderTicket['pair']; readonly side: OrderSide }) {
    return this.engine.judged(pair, side);
  }

  /** Sets aside what the order may cost; false when there is not enough. */
  #fund(order: ModelOrder): boolean {
    const { funds } = this.engine;
    if (order.side === 'sell') {
      order.hold = funds.hold(baseOf(order.pair), order.qty);
      return order.hold !== undefined;
    }
    if (order.price === undefined) return funds.free(quoteOf(order.pair)).gt(ZERO);
    order.hold = funds.hold(quoteOf(order.pair), mul(order.price, order.qty));
    return order.hold !== undefined;
  }

  /** An id may come again only when the order that had it has ended. */
  #duplicate(tickets: readonly OrderTicket[]): WriteAnswer | undefined {
    const isTwice = tickets.some(({ clientOrderId }) =>
      this.engine.live().some((order) => order.clientOrderId === clientOrderId),
    );
    return isTwice ? { outcome: 'unknown', cause: 'duplicate client order id' } : undefined;
  }

  #find(name: OrderName): ModelOrder | undefined {
    return this.engine.orders.findLast((order) =>
      'clientOrderId' in name
        ? order.pair === name.pair && order.clientOrderId === name.clientOrderId
        : order.pair === name.pair && String(order.venueOrderId) === name.venueOrderId,
    );
  }

  #answered(orders: readonly ModelOrder[], act: () => void): WriteAnswer {
    const before = this.engine.trades.length;
    act();
    const trades = this.engine.trades.slice(before);
    return { outcome: 'accepted', orders: orders.map(venueOrder), trades };
  }

  #nextId(): number {
    this.#orderIds += 1;
    return this.#orderIds;
  }
}

function insufficient(): Refused {
  return refused(-2010, 'Account has insufficient balance for requested action.');
}

function isAsked(trade: VenueTrade, query: TradeQuery): boolean {
  if ('fromId' in query) return Number(trade.venueTradeId) >= Number(query.fromId);
  return trade.atMs >= query.sinceMs;
}
