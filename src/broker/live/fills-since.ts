import { fillOf } from '#core/reconcile/trades.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Pair } from '#core/model/pair.ts';
import type { TradeQuery, TradingVenue, VenueTrade } from '#exchange/trading/trading-venue.ts';
import { TransientError } from '#platform/errors.ts';
import type { FillQuery } from '../broker.ts';
import type { TradeNames } from './trade-names.ts';
import { ownId } from './venue-news.ts';

const PAGE = 1_000;
const PAGES_MAX = 100;
/** Clocks differ a little: executions are asked for from before the order was made. */
const MARGIN_MS = 5_000;

/** Executions of the desk's own orders of one pair, oldest first. */
export async function fillsSince(
  options: {
    readonly account: string;
    readonly tag: string;
    readonly venue: Pick<TradingVenue, 'trades'>;
    readonly names: TradeNames;
  },
  query: FillQuery,
): Promise<readonly Fill[]> {
  const { account, tag, venue, names } = options;
  const trades = await tradesSince(venue, query.pair, query.sinceMs);
  const owners = await names.namesOf(trades);
  return trades.flatMap((trade, index) => {
    const owner = owners[index];
    const id = owner === undefined ? undefined : ownId(owner, tag);
    return id === undefined ? [] : [fillOf(trade, { account, clientOrderId: id })];
  });
}

/** Executions of one order, which the venue knows by its number. */
export async function tradesOfOrder(
  venue: Pick<TradingVenue, 'trades'>,
  order: {
    readonly pair: Pair;
    readonly venueOrderId: string | undefined;
    readonly fromMs: number;
  },
): Promise<readonly VenueTrade[]> {
  const trades = await tradesSince(venue, order.pair, order.fromMs - MARGIN_MS);
  return trades.filter(({ venueOrderId }) => venueOrderId === order.venueOrderId);
}

async function tradesSince(
  venue: Pick<TradingVenue, 'trades'>,
  pair: Pair,
  sinceMs: number,
): Promise<readonly VenueTrade[]> {
  const found = new Map<string, VenueTrade>();
  let query: TradeQuery = { pair, sinceMs, limit: PAGE };
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const before = found.size;
    const trades = await venue.trades(query);
    for (const trade of trades) found.set(`${trade.kind} ${trade.venueTradeId}`, trade);
    const last = trades.at(-1);
    // The next page begins with the last of this one, so that none is left out between them.
    if (last === undefined || trades.length < PAGE || found.size === before) {
      return [...found.values()];
    }
    query = { pair, fromId: last.venueTradeId, limit: PAGE };
  }
  throw new TransientError('venue-garbled', 'the list of executions does not end', {
    details: { pair },
  });
}
