import type { Order } from '#core/model/order.ts';
import { assert } from '#platform/errors.ts';
import type { BracketTicket, ExitsTicket, OrderTicket } from '#exchange/trading/trading-venue.ts';
import type { Bracket } from '../broker.ts';

const BPS = 10_000;

interface Ways {
  readonly hasTrailingStop: boolean;
  /** How old an order may be when it goes out. */
  readonly sendWithinMs: number;
}

/**
 * The venue's form of an order of the ledger. A stop that the venue itself trails is given its
 * distance and no level: with a level it would begin to follow only when the price has fallen to it.
 */
export function ticketOf(order: Order, venue: Ways): OrderTicket {
  const { pair, clientOrderId, side, type, timeInForce, qty, price, stopPrice } = order;
  const { trailingFraction, createdMs } = order;
  const notAfterMs = createdMs + venue.sendWithinMs;
  const ticket = { pair, clientOrderId, side, type, timeInForce, qty, notAfterMs };
  const priced = price === undefined ? ticket : { ...ticket, price };
  if (trailingFraction !== undefined && venue.hasTrailingStop) {
    return { ...priced, trailingDeltaBps: Math.round(trailingFraction * BPS) };
  }
  return stopPrice === undefined ? priced : { ...priced, stopPrice };
}

/** Of a sale the target stands above the price and the stop below it. */
export function exitsTicket(
  { stop, target }: { readonly stop: Order; readonly target: Order },
  venue: Ways,
): ExitsTicket {
  return {
    listClientOrderId: listIdOf(stop),
    above: ticketOf(target, venue),
    below: ticketOf(stop, venue),
  };
}

export function bracketTicket({ entry, stop, target }: Bracket, venue: Ways): BracketTicket {
  return {
    listClientOrderId: listIdOf(stop),
    entry: ticketOf(entry, venue),
    above: ticketOf(target, venue),
    below: ticketOf(stop, venue),
  };
}

/** Lists have ids of their own at the venue, so the stop's may be taken. */
function listIdOf(stop: Order): string {
  assert(stop.listId !== undefined, 'the exits of a list have its id', {
    clientOrderId: stop.clientOrderId,
  });
  return stop.listId;
}
