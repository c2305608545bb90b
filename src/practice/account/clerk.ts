/**
 * Looks at orders before anything is done with them: the state of the symbol, the filters, how many
 * are open, the stop price, the money. Throws the venue's refusal; whoever passes is placed.
 */
import { invalidSymbol } from '../server/api-error.ts';
import type { AccountBook } from './account-book.ts';
import { floorTo, times, unitsOf } from './amount.ts';
import type { Units } from './amount.ts';
import type { Dealer } from './dealer.ts';
import { checkFilters, checkQuantity } from './filters.ts';
import type { FloorMarket } from './floor-market.ts';
import { isContingent, isMarket, remaining } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import {
  duplicateOrder,
  filterFailure,
  insufficientBalance,
  marketClosed,
  rejected,
  wouldMatch,
  wouldTrigger,
} from './refusals.ts';
import { RULES } from './rules.ts';
import type { SymbolRules } from './rules.ts';
import { isReached } from './stops.ts';
import type { Ticket } from './ticket.ts';

const BIPS = 10_000n;

export class Clerk {
  readonly rules: (symbol: string) => SymbolRules;
  readonly #dealer: Dealer;
  readonly #markets: ReadonlyMap<string, FloorMarket>;

  constructor(parts: {
    dealer: Dealer;
    markets: ReadonlyMap<string, FloorMarket>;
    rules: (symbol: string) => SymbolRules;
  }) {
    this.#dealer = parts.dealer;
    this.#markets = parts.markets;
    this.rules = parts.rules;
  }

  market(symbol: string): FloorMarket {
    const market = this.#markets.get(symbol);
    if (market === undefined) throw invalidSymbol();
    return market;
  }

  /** What a request is refused for before its orders are looked at one by one. */
  checkSymbol(book: AccountBook, tickets: readonly Ticket[]): void {
    const [first] = tickets;
    if (first === undefined) return;
    if (this.market(first.symbol).market.status !== 'TRADING') throw marketClosed();
    const open = [...book.open].filter((order) => order.symbol === first.symbol);
    if (open.length + tickets.length > RULES.ordersMax) throw filterFailure('MAX_NUM_ORDERS');
    const algo = [...open, ...tickets].filter(isContingent).length;
    const addsAlgo = tickets.some(isContingent);
    if (addsAlgo && algo > RULES.algoOrdersMax) throw filterFailure('MAX_NUM_ALGO_ORDERS');
  }

  checkIds(book: AccountBook, tickets: readonly Ticket[]): void {
    const ids = tickets.flatMap(({ clientOrderId }) => clientOrderId ?? []);
    const isTaken = ids.some((id) => [...book.open].some((order) => order.clientOrderId === id));
    if (isTaken || new Set(ids).size < ids.length) throw duplicateOrder();
  }

  checkFilters(ticket: Ticket, hasQuantity = true): void {
    const market = this.market(ticket.symbol);
    checkFilters({ ticket, market, rules: this.rules(ticket.symbol) }, hasQuantity);
  }

  /** A checked ticket as an order without an id; what it needs is decided here. */
  draft(book: AccountBook, ticket: Ticket, timeMs: number): OrderRecord {
    const market = this.market(ticket.symbol);
    const draft: OrderRecord = {
      uid: book.uid,
      symbol: ticket.symbol,
      orderId: 0,
      orderListId: -1,
      clientOrderId: ticket.clientOrderId ?? '',
      side: ticket.side,
      type: ticket.type,
      timeInForce: ticket.timeInForce,
      status: 'PENDING_NEW',
      stage: 'pending',
      qty: ticket.qty,
      quoteOrderQty: ticket.quoteOrderQty,
      price: ticket.price,
      stopPrice: ticket.stopPrice,
      trailingDelta: ticket.trailingDelta,
      lockPrice: ticket.price,
      executed: 0n,
      quote: 0n,
      prevented: 0n,
      stpMode: ticket.stpMode,
      isWorking: false,
      timeMs,
      updateTimeMs: timeMs,
    };
    if (isContingent(ticket) && isMarket(ticket)) draft.lockPrice = this.#stopLock(draft, market);
    if (ticket.quoteOrderQty > 0n) draft.qty = this.#qtyForValue(draft, market);
    return draft;
  }

  /** What only the moment can tell: the stop price, the book, the money. */
  checkMoment(book: AccountBook, order: OrderRecord): void {
    this.checkPrice(order);
    if (this.cost(order) > this.free(book, order)) throw insufficientBalance();
    if (order.side === 'BUY' && order.quoteOrderQty > this.free(book, order)) {
      throw insufficientBalance();
    }
  }

  checkPrice(order: OrderRecord): void {
    const market = this.market(order.symbol);
    if (order.type === 'LIMIT_MAKER' && market.crosses(order.side, order.price)) throw wouldMatch();
    if (!isContingent(order)) return;
    const last = market.lastPrice();
    const isTrailingOnly = order.stopPrice === undefined;
    if (!isTrailingOnly && last !== undefined && isReached(order, last)) throw wouldTrigger();
    if (isTrailingOnly) {
      // Without a stop price it follows the price from now on.
      order.extreme = last;
      order.trailingTimeMs = order.timeMs;
    }
  }

  /** What an order takes of the free balance when it is placed. */
  cost(order: OrderRecord): Units {
    if (order.side === 'SELL') return remaining(order);
    if (order.type === 'MARKET') return this.#dealer.cost(order);
    return times(remaining(order), order.lockPrice);
  }

  free(book: AccountBook, order: OrderRecord): Units {
    const { base, quote } = this.market(order.symbol).spec;
    return book.purse.free(order.side === 'BUY' ? quote : base);
  }

  /** Pending orders of a list at the moment when they are placed. */
  checkPending(book: AccountBook, orders: readonly OrderRecord[], isPair: boolean): void {
    let cost = 0n;
    for (const order of orders) {
      const market = this.market(order.symbol);
      const ticket: Ticket = { ...order, stopPrice: order.stopPrice, trailingDelta: undefined };
      checkQuantity({ ticket, market, rules: this.rules(order.symbol) });
      this.checkPrice(order);
      const own = this.cost(order);
      cost = isPair && own < cost ? cost : own;
    }
    const [first] = orders;
    if (first !== undefined && cost > this.free(book, first)) throw insufficientBalance();
  }

  /** Per unit of base; a stop without a limit is paid at about its stop price. */
  #stopLock(order: OrderRecord, market: FloorMarket): Units {
    if (order.stopPrice !== undefined) return order.stopPrice;
    const last = market.lastPrice() ?? 0n;
    return (last * (BIPS + BigInt(order.trailingDelta ?? 0))) / BIPS;
  }

  #qtyForValue(order: OrderRecord, market: FloorMarket): Units {
    const step = unitsOf(this.rules(order.symbol).stepSize);
    const qty = this.#dealer.qtyFor(order, order.quoteOrderQty);
    const floored = floorTo(qty, step > market.lot ? step : market.lot);
    if (qty === 0n) throw rejected('Order book liquidity is less than symbol minimum quantity.');
    if (floored < unitsOf(market.spec.minQty) || floored === 0n) {
      throw rejected('Order book liquidity is less than `LOT_SIZE` filter minimum quantity.');
    }
    return floored;
  }
}
