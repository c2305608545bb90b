/** The symbol's filters (filters.md), each with the words the venue refuses with. */
import type { SymbolSpec } from '../world.ts';
import { floorTo, times, unitsOf } from './amount.ts';
import type { Units } from './amount.ts';
import type { FloorMarket } from './floor-market.ts';
import { isMarket } from './order-record.ts';
import { filterFailure } from './refusals.ts';
import { RULES } from './rules.ts';
import type { SymbolRules } from './rules.ts';
import type { Ticket } from './ticket.ts';

const MAX_PRICE = unitsOf(RULES.maxPrice);
const MAX_NOTIONAL = unitsOf(RULES.maxNotional);
const MULTIPLIER_UP = unitsOf(RULES.multiplierUp);
const MULTIPLIER_DOWN = unitsOf(RULES.multiplierDown);

export interface Measured {
  readonly ticket: Ticket;
  readonly market: FloorMarket;
  readonly rules: SymbolRules;
}

/** Throws the first filter the order does not pass. */
export function checkFilters(of: Measured, hasQuantity = true): void {
  checkPrices(of);
  checkPercent(of);
  if (hasQuantity) checkQuantity(of);
  checkTrailing(of.ticket);
}

/** Of an order whose quantity is known only now: what a list's pending order is judged by. */
export function checkQuantity(of: Measured): void {
  if (of.ticket.quoteOrderQty === 0n) checkLots(of);
  checkNotional(of);
}

function checkPrices({ ticket, market, rules }: Measured): void {
  const tick = unitsOf(rules.tickSize);
  const prices = [isMarket(ticket) ? undefined : ticket.price, ticket.stopPrice];
  for (const price of prices) {
    if (price === undefined) continue;
    const isInRange = price >= tick && price > 0n && price <= MAX_PRICE;
    // A tick finer than the market's own (a fault) cannot be traded.
    const isOnTick = floorTo(price, tick) === price && floorTo(price, market.tick) === price;
    if (!isInRange || !isOnTick) throw filterFailure('PRICE_FILTER');
  }
}

function checkPercent({ ticket, market }: Measured): void {
  const average = market.averagePrice();
  if (isMarket(ticket) || average === undefined) return;
  const isTooHigh = ticket.price > times(average, MULTIPLIER_UP);
  const isTooLow = ticket.price < times(average, MULTIPLIER_DOWN);
  if (isTooHigh || isTooLow) throw filterFailure('PERCENT_PRICE_BY_SIDE');
}

function checkLots({ ticket, market, rules }: Measured): void {
  const { qty } = ticket;
  const step = unitsOf(rules.stepSize);
  const max = unitsOf(market.spec.maxQty);
  const isInRange = qty >= unitsOf(market.spec.minQty) && qty > 0n && qty <= max;
  const isOnStep = floorTo(qty, step) === qty && floorTo(qty, market.lot) === qty;
  if (!isInRange || !isOnStep) throw filterFailure('LOT_SIZE');
  if (isMarket(ticket) && qty > marketQtyMax(market.spec)) throw filterFailure('MARKET_LOT_SIZE');
}

/** Largest market order, whose steps and least quantity are those of every order. */
export function marketQtyMax(spec: SymbolSpec): Units {
  return floorTo(unitsOf(spec.maxQty) / RULES.marketQtyDivisor, unitsOf(spec.stepSize));
}

/** Least value for every order, most for those with a price. */
function checkNotional({ ticket, market, rules }: Measured): void {
  const price = isMarket(ticket) ? market.averagePrice() : ticket.price;
  const value = ticket.quoteOrderQty > 0n ? ticket.quoteOrderQty : valueOf(ticket.qty, price);
  if (value === undefined) return;
  const isTooSmall = value < unitsOf(rules.minNotional);
  const isTooLarge = !isMarket(ticket) && value > MAX_NOTIONAL;
  if (isTooSmall || isTooLarge) throw filterFailure('NOTIONAL');
}

function valueOf(qty: Units, price: Units | undefined): Units | undefined {
  return price === undefined ? undefined : times(qty, price);
}

/** The venue has a range above and one below the market; here both are the same. */
function checkTrailing(ticket: Ticket): void {
  const { trailingDelta } = ticket;
  if (trailingDelta === undefined) return;
  const { trailingDeltaMin: min, trailingDeltaMax: max } = RULES;
  if (trailingDelta < min || trailingDelta > max) throw filterFailure('TRAILING_DELTA');
}
