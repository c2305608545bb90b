import { format, isEqual, type Decimal, parse, sub, sum } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Order } from '#core/model/order.ts';
import type { VenueTrade } from '#exchange/trading/trading-venue.ts';
import { compareBalances } from '#core/reconcile/difference.ts';
import { openLedger } from '#ledger/index.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { allFills, allOrders } from './ledger-rows.ts';
import type { Person } from './person.ts';
import type { ModelHub } from './venue/model-hub.ts';
import type { ModelOrder } from './venue/model-order.ts';
import { tradeMoves } from './venue/trade-moves.ts';

/** What the ledger keeps of the desk's own coins; the rest is where they came from or went. */
const OWN_KINDS: ReadonlySet<string> = new Set(['free', 'held', 'dust']);

interface Compared {
  readonly hub: ModelHub;
  readonly person: Person;
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
}

/** The venue's account and the ledger, to the last digit; empty = they agree. */
export async function checkVenue(seen: {
  readonly path: string;
  readonly account: string;
  readonly capitalQuote: DecimalText;
  readonly hub: ModelHub;
  readonly person: Person;
}): Promise<readonly string[]> {
  const { path, account, hub, person } = seen;
  const reader = await openLedgerReader(path);
  try {
    const orders = await allOrders(reader, account);
    const fills = await allFills(reader, account);
    const compared: Compared = { hub, person, orders, fills };
    return [
      ...conservation(compared),
      ...orderProblems(compared),
      ...doubledEntries(compared),
      ...fillProblems(compared),
      ...personProblems(compared),
      ...(await balanceProblems(compared, reader, seen)),
      ...(await reconciliationProblems(seen)),
    ];
  } finally {
    await reader.close();
  }
}

/** Nothing at the venue came from nowhere. */
function conservation({ hub, person }: Compared): string[] {
  const { engine, flows } = hub.venue;
  const assets = new Set([
    ...Object.keys(person.endowment),
    ...engine.funds.balances().map(({ asset }) => asset),
  ]);
  return [...assets].flatMap((asset) => {
    const start = parse((person.endowment[asset] ?? '0') as DecimalText);
    const moved = flows.filter((flow) => flow.asset === asset).map(({ amount }) => amount);
    const traded = engine.trades.map((trade) => tradeMoves(trade, asset));
    const expected = sum([start, ...moved, ...traded]);
    const found = engine.funds.total(asset);
    return found.eq(expected)
      ? []
      : [`the model venue has ${format(found)} ${asset} instead of ${format(expected)}`];
  });
}

/** Each order of the desk is at both ends, once, with the same state. */
function orderProblems({ hub, person, orders }: Compared): string[] {
  const atVenue = new Map<string, ModelOrder[]>();
  for (const order of hub.venue.engine.orders) {
    if (person.isOwn(order)) continue;
    const { clientOrderId } = order;
    atVenue.set(clientOrderId, [...(atVenue.get(clientOrderId) ?? []), order]);
  }
  const known = new Map(orders.map((order) => [order.clientOrderId as string, order]));
  const problems: string[] = [];
  for (const [id, found] of atVenue) {
    if (found.length > 1) problems.push(`${id} was placed ${found.length} times`);
    const order = known.get(id);
    if (order === undefined) problems.push(`${id} is only at the venue`);
    else problems.push(...stateProblems(order, found));
  }
  for (const order of orders) {
    const isExpected = order.status !== 'rejected' || order.filledQty !== '0';
    if (isExpected && !atVenue.has(order.clientOrderId)) {
      problems.push(`${order.leg} ${order.clientOrderId} (${order.status}) is only in the ledger`);
    }
  }
  return problems;
}

function stateProblems(order: Order, found: readonly ModelOrder[]): string[] {
  const last = found.at(-1);
  if (last === undefined) return [];
  const { status, filledQty, filledQuote, clientOrderId, leg } = order;
  const filled = sum(found.map((each) => each.filledQty));
  const paid = sum(found.map((each) => each.filledQuote));
  const name = `${order.pair} ${leg} ${clientOrderId}`;
  // A stop that waits and one that lies in the book are both open to a venue's client.
  const isSame = status === last.status || (isOpen(status) && isOpen(last.status));
  return [
    ...(isSame ? [] : [`${name} is ${status} in the ledger, ${last.status} at the venue`]),
    ...(filled.eq(parse(filledQty)) && paid.eq(parse(filledQuote))
      ? []
      : [`${name} filled ${filledQty} in the ledger, ${format(filled)} at the venue`]),
  ];
}

function isOpen(status: string): boolean {
  return status === 'open' || status === 'triggered';
}

/** However many orders an intent had, one entry of it bought something. */
function doubledEntries({ hub, orders }: Compared): string[] {
  const intents = new Map<string, string[]>();
  for (const { clientOrderId, leg, intentId } of orders) {
    if (leg !== 'entry') continue;
    const found = hub.venue.engine.orders.filter((order) => order.clientOrderId === clientOrderId);
    const bought = found.filter(({ filledQty }) => !filledQty.eq('0')).map(() => clientOrderId);
    intents.set(intentId, [...(intents.get(intentId) ?? []), ...bought]);
  }
  return [...intents]
    .filter(([, bought]) => bought.length > 1)
    .map(([intentId, bought]) => `intent ${intentId} bought with ${bought.join(', ')}`);
}

function fillProblems({ hub, person, fills }: Compared): string[] {
  const owners = new Map(hub.venue.engine.orders.map((each) => [String(each.venueOrderId), each]));
  const expected = new Map<string, VenueTrade>();
  for (const trade of hub.venue.engine.trades) {
    const order = owners.get(trade.venueOrderId);
    if (order !== undefined && !person.isOwn(order)) expected.set(trade.venueTradeId, trade);
  }
  const problems: string[] = [];
  for (const fill of fills) {
    const trade = expected.get(fill.venueTradeId);
    expected.delete(fill.venueTradeId);
    if (trade === undefined) problems.push(`fill ${fill.venueTradeId} is not the desk's`);
    else if (!isSameTrade(fill, trade)) problems.push(`fill ${fill.venueTradeId} was changed`);
  }
  const missed = [...expected.keys()].map((id) => `trade ${id} is not in the ledger`);
  return [...problems, ...missed];
}

function isSameTrade(fill: Fill, trade: VenueTrade): boolean {
  return (
    fill.feeAsset === trade.feeAsset &&
    fill.side === trade.side &&
    isEqual(fill.qty, trade.qty) &&
    isEqual(fill.price, trade.price) &&
    isEqual(fill.quoteQty, trade.quoteQty) &&
    isEqual(fill.fee, trade.fee)
  );
}

/** The desk never ends what a person placed. */
function personProblems({ hub, person }: Compared): string[] {
  return hub.venue.engine.orders
    .filter((order) => person.isOwn(order) && order.status === 'cancelled')
    .filter(({ clientOrderId }) => !person.cancelled.has(clientOrderId))
    .map(({ clientOrderId }) => `${clientOrderId} of a person was cancelled`);
}

/** The desk's coins in the ledger are its capital and what its own trades moved. */
async function balanceProblems(
  { fills, hub }: Compared,
  reader: LedgerReader,
  { account, capitalQuote }: { readonly account: string; readonly capitalQuote: DecimalText },
): Promise<string[]> {
  const balances = await reader.balances(account);
  const ids = new Set(fills.map(({ venueTradeId }) => venueTradeId));
  const trades = hub.venue.engine.trades.filter(({ venueTradeId }) => ids.has(venueTradeId));
  const assets = new Set(balances.map(({ asset }) => asset));
  return [...assets].flatMap((asset) => {
    const own = balances.filter((row) => row.asset === asset && OWN_KINDS.has(row.kind));
    const found: Decimal = sum(own.map(({ amount }) => amount));
    const traded = sum(trades.map((trade) => tradeMoves(trade, asset)));
    const expected = asset === 'USDT' ? traded.plus(parse(capitalQuote)) : traded;
    const difference = sub(found, expected);
    return difference.eq('0')
      ? []
      : [`the ledger has ${format(found)} ${asset} of the desk instead of ${format(expected)}`];
  });
}

/** Everything the account holds has an owner in the ledger, and nothing is left to explain. */
async function reconciliationProblems(seen: {
  readonly path: string;
  readonly account: string;
  readonly hub: ModelHub;
}): Promise<readonly string[]> {
  const { path, account, hub } = seen;
  const options = { path, deskId: 'simulation', owner: 'check', nowMs: 0 };
  const ledger = await openLedger({ ...options, synchronous: 'normal' });
  try {
    return await ledger.read(async (query) => {
      const balances = hub.venue.engine.funds.balances();
      const differences = compareBalances(await query.shares(account), balances);
      const open = await query.openDifferences(account);
      const halts = (await query.halts()).filter(({ kind }) => kind === 'reconciliation');
      return [
        ...differences.map(
          ({ key, expected, found }) => `${key}: ${expected} in the ledger, ${found} at the venue`,
        ),
        ...open.map(({ difference }) => `${difference.key} is still open`),
        ...halts.map(({ reason }) => `halted: ${reason}`),
      ];
    });
  } finally {
    await ledger.close();
  }
}
