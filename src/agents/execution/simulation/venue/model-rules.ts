import { isAbove, isBelow, mul, parse, type Decimal } from '#core/money/decimal.ts';
import { isOnStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { OrderTicket } from '#exchange/trading/trading-venue.ts';
import type { WriteFailure } from '#exchange/errors.ts';
import { isStop } from './model-order.ts';

export type Refused = WriteFailure & { readonly outcome: 'refused' };

export function refused(code: number, reason: string): Refused {
  return { outcome: 'refused', code, reason };
}

/** What the venue sees of the market when it judges an order. */
export interface Judged {
  readonly instrument: Instrument;
  readonly last: Decimal | undefined;
  /** Best price of the other side. */
  readonly best: Decimal | undefined;
  /** Stops that rest already. */
  readonly algoOrders: number;
}

/** The filters and rules that an order fails, with the codes Binance documents; none = it may be. */
export function refusalOf(ticket: OrderTicket, judged: Judged): Refused | undefined {
  const { instrument } = judged;
  if (instrument.status !== 'trading') return refused(-1013, 'Market is closed.');
  return (
    priceRefusal(ticket, instrument) ??
    sizeRefusal(ticket, ticket.qty, judged) ??
    marketRefusal(ticket, judged)
  );
}

export function priceRefusal(ticket: OrderTicket, { tickSize }: Instrument): Refused | undefined {
  const isOff = [ticket.price, ticket.stopPrice].some(
    (price) => price !== undefined && !isOnStep(price, tickSize),
  );
  return isOff ? refused(-1013, 'Filter failure: PRICE_FILTER') : undefined;
}

export function sizeRefusal(
  ticket: OrderTicket,
  qty: DecimalText,
  judged: Judged,
): Refused | undefined {
  const { stepSize, minQty, maxQty, minNotional, maxAlgoOrders } = judged.instrument;
  const isTooLarge = maxQty !== undefined && isAbove(qty, maxQty);
  if (!isOnStep(qty, stepSize) || isBelow(qty, minQty) || isTooLarge) {
    return refused(-1013, 'Filter failure: LOT_SIZE');
  }
  const price = ticket.price ?? ticket.stopPrice ?? judged.last;
  if (price !== undefined && isBelow(mul(qty, price), minNotional)) {
    return refused(-1013, 'Filter failure: NOTIONAL');
  }
  if (isStop(ticket) && maxAlgoOrders !== undefined && judged.algoOrders >= maxAlgoOrders) {
    return refused(-1013, 'Filter failure: MAX_NUM_ALGO_ORDERS');
  }
  return undefined;
}

export function marketRefusal(ticket: OrderTicket, judged: Judged): Refused | undefined {
  const { side, type, stopPrice, price } = ticket;
  const { last, best } = judged;
  if (isStop(ticket) && stopPrice !== undefined && ticket.trailingDeltaBps === undefined) {
    const triggersBelow = (side === 'sell') === type.startsWith('stop-loss');
    const wouldTrigger =
      last !== undefined && (triggersBelow ? !isAbove(last, stopPrice) : !isBelow(last, stopPrice));
    if (wouldTrigger) return refused(-2010, 'Stop price would trigger immediately.');
  }
  if (type === 'limit-maker' && best !== undefined && price !== undefined) {
    const wouldTake = side === 'buy' ? !parse(price).lt(best) : !parse(price).gt(best);
    if (wouldTake) return refused(-2010, 'Order would immediately match and take.');
  }
  return undefined;
}
