import { add, compare, format } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type {
  TradingVenue,
  VenueOrder,
  VenueTrade,
  WriteAnswer,
} from '#exchange/trading/trading-venue.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Bracket } from '../broker.ts';
import { tradesOfOrder } from './fills-since.ts';
import type { KnownOrders } from './known-orders.ts';
import { hasEnded, ownId } from './venue-news.ts';

interface Context {
  readonly account: string;
  readonly tag: string;
  readonly venue: TradingVenue;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly known: KnownOrders;
}

/** Pauses before a question whose answer may lag behind. */
const PAUSES_MS = [0, 50, 150, 500, 1_000] as const;

/**
 * An answer whose orders have executed more than it and the stream told of is completed by asking.
 * While the venue's list lags behind its orders, the outcome is unknown: the order is there, and
 * what it brought is found out as for any unknown command.
 */
export async function completeFills(context: Context, answer: WriteAnswer): Promise<WriteAnswer> {
  if (answer.outcome !== 'accepted') return answer;
  let trades = answer.trades;
  const lacking = (): readonly VenueOrder[] =>
    answer.orders.filter((order) => lacks(context, order, trades));
  for (const pauseMs of PAUSES_MS) {
    if (lacking().length === 0) return { ...answer, trades };
    await pause(context, pauseMs);
    trades = [...trades, ...(await tradesOf(context, lacking()))];
  }
  if (lacking().length === 0) return { ...answer, trades };
  return { outcome: 'unknown', cause: 'the venue lists fewer executions than it counts' };
}

/**
 * A bracket's answer may be written before its entry has executed. What became of its orders is
 * asked for then; the stream tells it too, should they still wait at the end.
 */
export async function completeBracket(
  context: Context,
  answer: WriteAnswer,
  bracket: Bracket,
): Promise<WriteAnswer> {
  if (answer.outcome !== 'accepted') return answer;
  let { orders } = answer;
  for (const pauseMs of PAUSES_MS) {
    if (!isSettling(orders, bracket)) break;
    await pause(context, pauseMs);
    orders = await asked(context, orders);
  }
  return { ...answer, orders };
}

function isSettling(orders: readonly VenueOrder[], { entry }: Bracket): boolean {
  const working = orders.find(({ clientOrderId }) => clientOrderId === entry.clientOrderId);
  if (working === undefined) return false;
  return !hasEnded(working) || orders.some(({ status }) => status === 'pending-new');
}

async function asked(
  { venue }: Context,
  orders: readonly VenueOrder[],
): Promise<readonly VenueOrder[]> {
  return Promise.all(
    orders.map(async (order) => {
      const { pair, venueOrderId } = order;
      if (hasEnded(order)) return order;
      const found = await venue.order({ pair, venueOrderId }).catch(() => 'absent' as const);
      return found === 'absent' ? order : found;
    }),
  );
}

function lacks({ known, tag }: Context, order: VenueOrder, trades: readonly VenueTrade[]): boolean {
  const id = ownId(order.clientOrderId, tag);
  if (id === undefined) return false;
  const told = known.get(id);
  const seen = new Set(told?.tradeIds);
  let total: DecimalText = told?.filledQty ?? ('0' as DecimalText);
  for (const trade of trades) {
    const key = `${trade.kind} ${trade.venueTradeId}`;
    if (trade.venueOrderId !== order.venueOrderId || seen.has(key)) continue;
    seen.add(key);
    total = format(add(total, trade.qty));
  }
  return compare(total, order.filledQty) < 0;
}

async function tradesOf(
  { venue, known, tag }: Context,
  orders: readonly VenueOrder[],
): Promise<readonly VenueTrade[]> {
  const found = await Promise.all(
    orders.map(async ({ pair, venueOrderId, clientOrderId, atMs }) => {
      const id = ownId(clientOrderId, tag);
      const fromMs = (id === undefined ? undefined : known.get(id)?.fromMs) ?? atMs;
      // What cannot be asked now is asked again after a pause, or by whoever resolves the command.
      return tradesOfOrder(venue, { pair, venueOrderId, fromMs }).catch(() => []);
    }),
  );
  return found.flat();
}

function pause({ clock, signal }: Context, ms: number): Promise<void> {
  return clock.sleep(ms, signal).catch(() => undefined);
}
