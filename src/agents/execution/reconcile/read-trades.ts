import type { Fill } from '#core/model/fill.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { fillKey } from '#core/orders/order-step.ts';
import { judgeTrade, type TradeFinding } from '#core/reconcile/trades.ts';
import type { VenueTrade } from '#exchange/trading/trading-venue.ts';
import type { TradeCursor } from '#ledger/index.ts';
import type { ExecutionPorts } from '../ports.ts';
import type { AccountPort } from './account-port.ts';

const PAGE = 1_000;
const PAGES_MAX = 50;
/** Trades younger than this may still get neighbours with smaller ids; they are read again. */
const SETTLED_MS = 60_000;
/** Orders by hand that are remembered; one that was forgotten is asked for again. */
const NAMES_MAX = 5_000;

/** Whose the executions of a pair since the last known one are. */
export interface PairTrades {
  readonly pair: Pair;
  readonly findings: readonly TradeFinding[];
  /** News of our orders, oldest first. */
  readonly events: readonly OrderEvent[];
  /** Where the next read begins. */
  readonly cursor: TradeCursor;
  /** False when an execution could not be told whose it is: its order is not shown yet. */
  readonly isWhole: boolean;
}

export interface TradeReading {
  readonly ports: ExecutionPorts;
  readonly account: AccountPort;
  readonly deskTag: string;
  /** Names of orders by the venue's number, for those that are not in the ledger. */
  readonly names: Map<string, string>;
}

export async function readTrades(reading: TradeReading, from: TradeCursor): Promise<PairTrades> {
  const { ports, deskTag } = reading;
  const trades = await allSince(reading, from);
  const findings: TradeFinding[] = [];
  const events: OrderEvent[] = [];
  let cursor = from;
  let isWhole = true;
  for (const trade of trades) {
    const of = await orderOf(reading, trade);
    if (of === undefined) {
      isWhole = false;
      continue;
    }
    const finding = judgeTrade(trade, { ...of, deskTag });
    findings.push(finding);
    if (
      finding.kind === 'fill' &&
      of.order !== undefined &&
      !(await isBooked(ports, finding.fill))
    ) {
      events.push(...fillEvents(finding.fill, trade.venueOrderId, of.order));
    }
    const isSettled = trade.atMs < ports.clock.now() - SETTLED_MS;
    if (isWhole && isSettled) cursor = { ...cursor, lastTradeId: trade.venueTradeId };
  }
  return { pair: from.pair, findings, events, cursor, isWhole };
}

async function allSince(
  { account }: TradeReading,
  { pair, lastTradeId, sinceMs }: TradeCursor,
): Promise<readonly VenueTrade[]> {
  const all: VenueTrade[] = [];
  let fromId = lastTradeId;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const at = fromId === undefined ? { sinceMs } : { fromId };
    const trades = await account.venue.trades({ pair, limit: PAGE, ...at });
    all.push(...trades);
    const last = trades.at(-1)?.venueTradeId;
    if (trades.length < PAGE || last === undefined || last === fromId) break;
    fromId = last;
  }
  // The one it begins at is known.
  return all.filter(({ venueTradeId }) => venueTradeId !== lastTradeId);
}

interface TradeOrder {
  readonly clientOrderId: string;
  readonly order: Order | undefined;
}

async function orderOf(
  { ports, account, names }: TradeReading,
  trade: VenueTrade,
): Promise<TradeOrder | undefined> {
  const { pair, venueOrderId } = trade;
  const { account: name } = ports.config;
  const known = await ports.ledger.read((query) =>
    query.orderByVenueId({ account: name, pair, venueOrderId }),
  );
  if (known !== undefined) return { clientOrderId: known.clientOrderId, order: known };
  const key = `${pair} ${venueOrderId}`;
  const clientOrderId = trade.clientOrderId ?? names.get(key) ?? (await ask(account, trade));
  if (clientOrderId === undefined) return undefined;
  if (names.size >= NAMES_MAX) names.clear();
  names.set(key, clientOrderId);
  const order = await ports.ledger.read((query) => query.order(clientOrderId as ClientOrderId));
  // The simulated account's orders are in the same ledger and never at a venue.
  return { clientOrderId, order: order?.account === name ? order : undefined };
}

async function ask({ venue }: AccountPort, trade: VenueTrade): Promise<string | undefined> {
  const { pair, venueOrderId } = trade;
  const order = await venue.order({ pair, venueOrderId });
  return order === 'absent' ? undefined : order.clientOrderId;
}

async function isBooked({ ledger }: ExecutionPorts, fill: Fill): Promise<boolean> {
  const booked = await ledger.read((query) => query.fillsOf(fill.clientOrderId));
  return booked.some((known) => fillKey(known) === fillKey(fill));
}

/** A fill of an order that nothing was heard of says also that the venue took it. */
function fillEvents(fill: Fill, venueOrderId: string, order: Order): readonly OrderEvent[] {
  const { clientOrderId, pair, atMs } = fill;
  const about = { clientOrderId, pair, atMs };
  const booked: OrderEvent = { ...about, kind: 'fill', fill };
  if (order.status !== 'created') return [booked];
  return [{ ...about, kind: 'accepted', venueOrderId, isPending: false }, booked];
}
