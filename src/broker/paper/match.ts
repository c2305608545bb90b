import { type Decimal, fromNumber, ONE, parse, ZERO } from '#core/money/decimal.ts';
import { ceilToStep, floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { PublicTrade } from '#core/model/market.ts';
import type { Order, OrderSide } from '#core/model/order.ts';
import type { PaperConfig } from './config.ts';
import { isStop, type PaperOrder } from './paper-order.ts';

const FRACTION_DIGITS = 12;

/** Stops trigger when the price has come from the other side, take-profits when it has moved on. */
export function hasTriggered(order: Order, stop: Decimal, price: Decimal): boolean {
  const triggersBelow = (order.side === 'sell') === isStop(order);
  return triggersBelow ? price.lte(stop) : price.gte(stop);
}

/**
 * What a taker gets at a level of the book. A venue executes a stop in the instant of the trade that
 * triggered it; the book we see next may be 100 ms younger and the price back above the stop, which
 * nobody could have sold at.
 */
export function executedAt({ order, stop }: PaperOrder, price: Decimal): Decimal {
  if (stop === undefined || !isStop(order)) return price;
  const isBetter = order.side === 'sell' ? price.gt(stop) : price.lt(stop);
  return isBetter ? stop : price;
}

/** The level a trailing sell stop rises to; undefined while it stays. */
export function trailedStop(
  waiting: PaperOrder,
  price: Decimal,
  config: PaperConfig,
  tickSize: DecimalText | undefined,
): Decimal | undefined {
  const { order, stop } = waiting;
  const distance = order.trailingFraction;
  if (distance === undefined || stop === undefined || order.side !== 'sell') return undefined;
  const raw = price.times(ONE.minus(fromNumber(distance, FRACTION_DIGITS)));
  const level = tickSize === undefined ? raw : floorToStep(raw, tickSize);
  const step = ONE.plus(fromNumber(config.trailing_step_fraction, FRACTION_DIGITS));
  return level.gt(stop.times(step)) ? level : undefined;
}

/** Price of a market execution that nobody watched: the trade's, made worse and put on the tick. */
export function gapPrice(
  side: OrderSide,
  price: Decimal,
  config: PaperConfig,
  tickSize: DecimalText | undefined,
): Decimal {
  const slip = price.times(fromNumber(config.gap_slippage_fraction, FRACTION_DIGITS));
  const worse = side === 'buy' ? price.plus(slip) : price.minus(slip);
  if (tickSize === undefined) return worse;
  return side === 'buy' ? ceilToStep(worse, tickSize) : floorToStep(worse, tickSize);
}

export interface QueueTurn {
  readonly ahead: Decimal | undefined;
  readonly qty: Decimal;
}

/**
 * What a public trade does to a resting order. Through its price: the whole order was hit. At its
 * price: first those who stood before it. While its place is unknown only a trade through fills it.
 */
export function queueTurn(input: {
  readonly maker: PaperOrder;
  readonly limit: Decimal;
  readonly trade: PublicTrade;
  readonly left: Decimal;
}): QueueTurn {
  const { maker, limit, trade, left } = input;
  const { remaining, ahead, order } = maker;
  const price = parse(trade.price);
  const isThrough = order.side === 'sell' ? price.gt(limit) : price.lt(limit);
  if (isThrough) return { ahead: ZERO, qty: remaining };
  const hitsUs = trade.takerSide !== order.side && price.eq(limit);
  if (!hitsUs || ahead === undefined) return { ahead, qty: ZERO };
  if (left.lte(ahead)) return { ahead: ahead.minus(left), qty: ZERO };
  const ours = left.minus(ahead);
  return { ahead: ZERO, qty: ours.lt(remaining) ? ours : remaining };
}
