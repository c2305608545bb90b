import {
  add,
  type Decimal,
  format,
  fromNumber,
  isAbove,
  isBelow,
  mul,
  ONE,
  sub,
} from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Quote } from '#core/model/market.ts';
import type { GateOrderCounts } from './gate-input.ts';
import type { GateReason } from './gate-verdict.ts';
import type { EntryPrices } from './sizing.ts';

export interface FilterInput {
  readonly instrument: Instrument;
  readonly quote: Quote;
  readonly orders: GateOrderCounts;
  readonly prices: EntryPrices;
  readonly qty: Decimal;
  readonly takerFeeFraction: number;
}

/** Whether the venue would take the entry, and then the stop for what the entry brings in. */
export function filterReasons(input: FilterInput): GateReason[] {
  return [...entryReasons(input), ...stopReasons(input), ...countReasons(input)];
}

function entryReasons({ instrument, quote, prices, qty }: FilterInput): GateReason[] {
  const reasons = [...sizeReasons(instrument, qty, prices.limitPrice)];
  const price = prices.limitPrice;
  if (!isWithin(price, instrument.minPrice, instrument.maxPrice)) {
    reasons.push({ code: 'price-range', found: format(price) });
  }
  const { bidPriceDown, bidPriceUp } = instrument;
  if (!isWithinPercent(price, quote, { down: bidPriceDown, up: bidPriceUp })) {
    reasons.push({ code: 'percent-price', found: format(price) });
  }
  return reasons;
}

/**
 * An entry whose stop the venue would refuse must not be made. The stop covers what arrives after
 * the fee, rounded to the step, at the stop's own (lower) price: the smallest notional of the plan.
 */
function stopReasons(input: FilterInput): GateReason[] {
  const { instrument, quote, prices, qty, takerFeeFraction } = input;
  const received = mul(qty, sub(ONE, fromNumber(takerFeeFraction, 12)));
  const netQty = floorToStep(received, instrument.stepSize);
  const refuse = (found: string, limit: string): GateReason[] => [
    { code: 'stop-not-placeable', found, limit },
  ];
  const [tooSmall] = sizeReasons(instrument, netQty, prices.stopPrice);
  if (tooSmall !== undefined) {
    return refuse(`${tooSmall.code} ${tooSmall.found ?? ''}`, String(tooSmall.limit));
  }
  if (!isBelow(prices.stopPrice, quote.bid)) {
    return refuse(`stop ${format(prices.stopPrice)}`, `below bid ${quote.bid}`);
  }
  if (!isAbove(prices.targetPrice, quote.ask)) {
    return refuse(`target ${format(prices.targetPrice)}`, `above ask ${quote.ask}`);
  }
  const { askPriceDown, askPriceUp, minPrice, maxPrice } = instrument;
  for (const price of [prices.stopPrice, prices.targetPrice]) {
    if (!isWithin(price, minPrice, maxPrice)) return refuse(format(price), 'price range');
    if (!isWithinPercent(price, quote, { down: askPriceDown, up: askPriceUp })) {
      return refuse(format(price), 'percent price');
    }
  }
  return [];
}

// The entry is one open order; what protects it is a list of two, one of them a stop.
function countReasons({ instrument, orders }: FilterInput): GateReason[] {
  const counts = [
    [orders.openOrders + 2, instrument.maxOpenOrders],
    [orders.algoOrders + 1, instrument.maxAlgoOrders],
    [orders.orderLists + 1, instrument.hasOco ? instrument.maxOrderLists : undefined],
  ] as const;
  return counts.flatMap(([found, limit]) =>
    limit !== undefined && found > limit
      ? [{ code: 'too-many-orders' as const, found, limit }]
      : [],
  );
}

/** Why the venue would find a quantity at a price too small. */
export function sizeReasons(instrument: Instrument, qty: Decimal, price: Decimal): GateReason[] {
  if (isBelow(qty, instrument.minQty)) {
    return [{ code: 'below-min-qty', found: format(qty), limit: instrument.minQty }];
  }
  const notional = mul(qty, price);
  if (isBelow(notional, instrument.minNotional)) {
    return [{ code: 'below-min-notional', found: format(notional), limit: instrument.minNotional }];
  }
  return [];
}

function isWithin(
  price: Decimal,
  low: DecimalText | undefined,
  high: DecimalText | undefined,
): boolean {
  if (low !== undefined && isBelow(price, low)) return false;
  return high === undefined || !isAbove(price, high);
}

// The venue measures against its average of some minutes; the middle of the quote stands for it.
// Both sides are doubled, which spares the division.
function isWithinPercent(
  price: Decimal,
  quote: Quote,
  { down, up }: { down: DecimalText | undefined; up: DecimalText | undefined },
): boolean {
  if (down === undefined && up === undefined) return true;
  const middle = add(quote.bid, quote.ask);
  const twice = add(price, price);
  if (down !== undefined && isBelow(twice, mul(middle, down))) return false;
  return up === undefined || !isAbove(twice, mul(middle, up));
}
