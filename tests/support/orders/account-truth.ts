/** The account as the practice exchange itself has it, against the ledger, to the last digit. */
import { add, format, isEqual, parse, sum, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Order } from '#core/model/order.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import { compareBalances } from '#core/reconcile/difference.ts';
import { checkLedger, type Ledger } from '#ledger/index.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { hashId } from '#platform/ids.ts';
import type { OrderState, OwnTrade, TradingAccount } from '#practice/account/trading.ts';
import { allFills, allOrders } from '../../../src/agents/execution/simulation/ledger-rows.ts';
import { ACCOUNT, DESK_ID } from './order-section.ts';

const SYMBOL = 'BTCUSDT';
const ALL = 1_000_000;

const STATUS: Readonly<Record<OrderState['status'], Order['status']>> = {
  NEW: 'open',
  PENDING_NEW: 'pending-new',
  PARTIALLY_FILLED: 'partly-filled',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired-in-match',
};

interface Compared {
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly atVenue: readonly OrderState[];
  readonly trades: readonly OwnTrade[];
}

/** Empty = ledger and venue agree and nothing was doubled. */
export async function differencesFrom(seen: {
  readonly account: TradingAccount;
  readonly path: string;
  readonly ledger: Ledger;
}): Promise<readonly string[]> {
  const { account, path, ledger } = seen;
  const tag = deskTag(DESK_ID, hashId);
  const reader = await openLedgerReader(path);
  try {
    const mine = account
      .allOrders({ symbol: SYMBOL, orderId: 0, limit: ALL })
      .filter(({ clientOrderId }) => clientOrderId.startsWith(tag));
    const ids = new Set(mine.map(({ orderId }) => orderId));
    const all = account.trades({ symbol: SYMBOL, fromId: 0, limit: ALL });
    const compared: Compared = {
      orders: await allOrders(reader, ACCOUNT),
      fills: await allFills(reader, ACCOUNT),
      atVenue: mine,
      trades: all.filter(({ orderId }) => ids.has(orderId)),
    };
    const check = await checkLedger(path);
    return [
      ...check.problems.map(({ text }) => `ledger: ${text}`),
      ...orderDifferences(compared),
      ...fillDifferences(compared),
      ...doubledEntries(compared),
      ...(await moneyDifferences(account, ledger)),
    ];
  } finally {
    await reader.close();
  }
}

function orderDifferences({ orders, atVenue }: Compared): string[] {
  const problems: string[] = [];
  const known = new Map(orders.map((order) => [order.clientOrderId as string, order]));
  const seen = new Set<string>();
  for (const venue of atVenue) {
    const { clientOrderId: id, status, executedQty } = venue;
    if (seen.has(id)) problems.push(`${id} was placed twice`);
    seen.add(id);
    const order = known.get(id);
    if (order === undefined) problems.push(`${id} is only at the venue`);
    else if (STATUS[status] !== order.status && !isTriggered(order, venue)) {
      problems.push(`${order.leg} ${id} is ${order.status} here, ${status} there`);
    } else if (!isEqual(order.filledQty, plain(executedQty))) {
      problems.push(`${order.leg} ${id} filled ${order.filledQty} here, ${executedQty} there`);
    }
  }
  const lost = orders.filter(
    ({ clientOrderId, status }) => status !== 'rejected' && !seen.has(clientOrderId),
  );
  return [
    ...problems,
    ...lost.map(({ leg, clientOrderId, status }) => `${leg} ${clientOrderId} ${status} only here`),
  ];
}

function isTriggered(order: Order, { status }: OrderState): boolean {
  return order.status === 'triggered' && status === 'NEW';
}

function fillDifferences({ fills, trades }: Compared): string[] {
  const booked = new Map(fills.map((fill) => [fill.venueTradeId, fill]));
  const missing = trades.filter(({ id }) => !booked.has(String(id)));
  const wrong = trades.filter((trade) => {
    const fill = booked.get(String(trade.id));
    return fill !== undefined && !isSame(fill, trade);
  });
  return [
    ...missing.map(({ id }) => `trade ${id} is not booked`),
    ...wrong.map(({ id }) => `trade ${id} is booked otherwise`),
    ...(fills.length === trades.length ? [] : [`${fills.length} fills, ${trades.length} trades`]),
  ];
}

function isSame(fill: Fill, trade: OwnTrade): boolean {
  return (
    isEqual(fill.qty, plain(trade.qty)) &&
    isEqual(fill.price, plain(trade.price)) &&
    isEqual(fill.fee, plain(trade.commission)) &&
    fill.feeAsset === trade.commissionAsset
  );
}

/** What an intent bought is never more than one entry of it. */
function doubledEntries({ orders }: Compared): string[] {
  const intents = Map.groupBy(
    orders.filter(({ leg }) => leg === 'entry'),
    ({ intentId }) => intentId,
  );
  return [...intents].flatMap(([intentId, entries]) => {
    const bought = sum(entries.map(({ filledQty }) => filledQty));
    const most = entries[0]?.qty ?? ('0' as DecimalText);
    return bought.gt(parse(most)) ? [`intent ${intentId} bought ${format(bought)}`] : [];
  });
}

/** Every coin of the account has an owner in the ledger, and nothing is left to explain. */
async function moneyDifferences(account: TradingAccount, ledger: Ledger): Promise<string[]> {
  const balances = account.view().balances.map(({ asset, free, locked }) => ({
    asset,
    free: plain(free),
    locked: plain(locked),
  }));
  return ledger.read(async (query) => {
    const open = await query.openDifferences(ACCOUNT);
    return [
      ...compareBalances(await query.shares(ACCOUNT), balances).map(
        ({ key, expected, found }) => `${key}: ${expected} here, ${found} there`,
      ),
      ...open.map(({ difference }) => `${difference.key} is not explained`),
    ];
  });
}

/** Sell quantity of working stops, as the venue has it, against the coins that are there. */
export function bareQty(account: TradingAccount): string {
  const base = account.view().balances.find(({ asset }) => asset === 'BTC');
  const has = base === undefined ? ZERO : add(plain(base.free), plain(base.locked));
  const stops = account.openOrders(SYMBOL).filter(({ type, side, status }) => {
    return side === 'SELL' && type.startsWith('STOP') && status !== 'PENDING_NEW';
  });
  const covered = sum(stops.map(({ quantity, executedQty }) => left(quantity, executedQty)));
  return format(has.minus(covered));
}

function left(quantity: string, executedQty: string) {
  return parse(plain(quantity)).minus(parse(plain(executedQty)));
}

function plain(text: string): DecimalText {
  return format(parse(text as DecimalText));
}
