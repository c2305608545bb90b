/** Reads a new order list into the tickets of its orders, and holds the pair to its rules. */
import { ApiError, mandatoryParameter } from '../server/api-error.ts';
import type { Units } from './amount.ts';
import { badPrices, notRequired } from './refusals.ts';
import { readTicket } from './ticket.ts';
import type { Ticket } from './ticket.ts';
import type { ListLeg, NewOrder, NewOrderList, OrderType, Side } from './trading.ts';

export interface ListTickets {
  /** Working order first; of a pair the above order before the below one. */
  readonly tickets: readonly Ticket[];
  readonly pair: readonly [above: Ticket, below: Ticket] | undefined;
  /** How many of them are placed at once, the others when the first has filled. */
  readonly placedNow: number;
  /** The working order decides the quantity of the pending ones. */
  readonly isSizedByWorking: boolean;
}

export function readListTickets(list: NewOrderList): ListTickets {
  const isSizedByWorking = list.kind === 'OPO' || list.kind === 'OPOCO';
  if (list.kind === 'OCO') {
    const { side, quantity } = list;
    const pair = readPair(list, { above: list.above, below: list.below, side, quantity });
    return { tickets: pair, pair, placedNow: 2, isSizedByWorking };
  }
  const working = readWorking(list, list.working);
  if (isSizedByWorking && working.side !== 'BUY') {
    throw new ApiError(-1222, 'Working order in an OPO list must be a bid.');
  }
  if ('pending' in list) {
    const pending = readPending(list, list.pending);
    return { tickets: [working, pending], pair: undefined, placedNow: 1, isSizedByWorking };
  }
  if (isSizedByWorking) checkOpo(list.pendingSide, list.pendingQuantity);
  else if (list.pendingQuantity === undefined) throw mandatoryParameter('pendingQuantity');
  const pair = readPair(list, {
    above: list.pendingAbove,
    below: list.pendingBelow,
    side: list.pendingSide,
    quantity: list.pendingQuantity,
  });
  return { tickets: [working, ...pair], pair, placedNow: 1, isSizedByWorking };
}

function readWorking(list: NewOrderList, leg: ListLeg): Ticket {
  if (leg.type !== 'LIMIT' && leg.type !== 'LIMIT_MAKER') throw unsupported();
  return readTicket(orderOf(list, leg, sideOf(leg, 'workingSide')));
}

function readPending(list: NewOrderList, leg: ListLeg): Ticket {
  const side = sideOf(leg, 'pendingSide');
  if (leg.quoteOrderQty !== undefined) throw notRequired('quoteOrderQty');
  if (list.kind === 'OPO') checkOpo(side, leg.quantity);
  return readTicket(orderOf(list, leg, side), list.kind !== 'OPO');
}

function readPair(
  list: NewOrderList,
  of: { above: ListLeg; below: ListLeg; side: Side; quantity: string | undefined },
): readonly [Ticket, Ticket] {
  const { side, quantity } = of;
  checkPairTypes(side, of.above.type, of.below.type);
  const read = (leg: ListLeg): Ticket => {
    const order = orderOf(list, leg, side);
    return readTicket(
      quantity === undefined ? order : { ...order, quantity },
      quantity !== undefined,
    );
  };
  return [read(of.above), read(of.below)];
}

function checkOpo(side: Side, quantity: string | undefined): void {
  if (side !== 'SELL') throw new ApiError(-1223, 'Pending orders in an OPO list must be asks.');
  if (quantity !== undefined) {
    throw new ApiError(-1225, "Pending orders should not include the 'quantity' tag.");
  }
}

function sideOf(leg: ListLeg, name: string): Side {
  if (leg.side === undefined) throw mandatoryParameter(name);
  return leg.side;
}

function orderOf(list: NewOrderList, leg: ListLeg, side: Side): NewOrder {
  const { selfTradePreventionMode } = list;
  return {
    ...leg,
    symbol: list.symbol,
    side,
    ...(selfTradePreventionMode === undefined ? {} : { selfTradePreventionMode }),
  };
}

const isStop = (type: OrderType): boolean => type === 'STOP_LOSS' || type === 'STOP_LOSS_LIMIT';
const isGain = (type: OrderType): boolean => type.startsWith('TAKE_PROFIT');

/** One of the pair takes a gain, the other stops a loss, each on its side of the market. */
function checkPairTypes(side: Side, above: OrderType, below: OrderType): void {
  const both = [above, below];
  if (both.some((type) => type === 'MARKET' || type === 'LIMIT')) throw unsupported();
  if (both.every((type) => type === 'LIMIT_MAKER')) {
    throw new ApiError(-1168, 'At least one OCO order must be contingent.');
  }
  const [gain, stop] = side === 'BUY' ? [below, above] : [above, below];
  if (side === 'BUY') {
    if (above === 'LIMIT_MAKER')
      throw new ApiError(-1165, 'A limit order in a buy OCO must be below.');
    if (isStop(below)) throw new ApiError(-1196, 'A stop loss order in a buy OCO must be above.');
    if (isGain(above)) throw new ApiError(-1198, 'A take profit order in a buy OCO must be below.');
  } else {
    if (below === 'LIMIT_MAKER')
      throw new ApiError(-1166, 'A limit order in a sell OCO must be above.');
    if (isStop(above)) throw new ApiError(-1197, 'A stop loss order in a sell OCO must be below.');
    if (isGain(below))
      throw new ApiError(-1199, 'A take profit order in a sell OCO must be above.');
  }
  if (!isStop(stop) || isStop(gain)) throw unsupported();
}

/** Above the last price, below it, and not the wrong way round. */
export function checkPairPrices(pair: readonly [Ticket, Ticket], last: Units | undefined): void {
  const [above, below] = pair.map(edge);
  if (last === undefined) return;
  const isAbove = above === undefined || above > last;
  const isBelow = below === undefined || below < last;
  if (!isAbove || !isBelow) throw badPrices();
}

/** Of two pending orders only that they are the right way round can be known. */
export function checkPairOrder(pair: readonly [Ticket, Ticket]): void {
  const [above, below] = pair.map(edge);
  if (above !== undefined && below !== undefined && above <= below) throw badPrices();
}

/** The price at which the order starts: its stop price, else its limit. */
function edge(ticket: Ticket): Units | undefined {
  return ticket.type === 'LIMIT_MAKER' ? ticket.price : ticket.stopPrice;
}

function unsupported(): ApiError {
  return new ApiError(-1158, 'Order type not supported in OCO.');
}
