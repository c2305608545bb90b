import { ownerOf } from '#core/reconcile/owner.ts';
import type { OrderFindings } from '#core/reconcile/orders.ts';
import type { SeenFlow, SeenOrder } from '#core/reconcile/venue-view.ts';
import { assert } from '#platform/errors.ts';
import type { ExternalOrder, LedgerTransaction, OutsideChange } from '#ledger/index.ts';
import { valueDesk } from '../account-mark.ts';
import type { Desk } from '../desk.ts';
import type { Draft } from '../journal.ts';
import type { PairTrades } from './read-trades.ts';

/** Deposits and the like may show up in the venue's history long after they happened. */
const FLOWS_MARGIN_MS = 72 * 3_600_000;

/** How a change from outside is shared out, with the desk's worth before it. */
export async function outsideChange(desk: Desk, tx: LedgerTransaction): Promise<OutsideChange> {
  const { config, clock } = desk.ports;
  const known = await tx.venueAccount();
  assert(known !== undefined, 'the account has a baseline');
  const atMs = Math.floor(clock.now());
  return {
    account: config.account,
    quoteAsset: config.quoteAsset,
    ownsQuote: known.ownsQuote,
    atMs,
    equityQuote: valueDesk(desk, atMs).equityQuote,
  };
}

/** Memory follows the ledger after money moved without an order of ours. */
export function noteMoved(draft: Draft): void {
  draft.hasMovedMoney = true;
  draft.hasChangedFigures = true;
}

/** Books executions that are not ours and remembers how far was read. */
export async function bookTrades(desk: Desk, read: readonly PairTrades[]): Promise<number> {
  const { ports, journal } = desk;
  const { account } = ports.config;
  let booked = 0;
  await journal.run(async (tx, draft) => {
    const by = await outsideChange(desk, tx);
    for (const { findings, cursor, isWhole } of read) {
      for (const finding of findings) {
        if (finding.kind === 'fill') continue;
        const { trade, clientOrderId } = finding;
        const owner = ownerOf(clientOrderId, desk.deskTag);
        await tellForeign({ tx, draft, account }, { ...trade, owner });
        const outcome = await tx.bookExternalTrade({ ...trade, clientOrderId, owner }, by);
        if (outcome === 'duplicate') continue;
        booked += 1;
        const { pair, side, qty, price, venueTradeId } = trade;
        ports.log.info({ pair, side, qty, price, venueTradeId, owner }, 'a trade that is not ours');
      }
      // Where there is a cursor, everything before it is told: a pair that joins opens by that.
      if (isWhole) await tx.setTradeCursor(account, cursor);
    }
    if (booked > 0) noteMoved(draft);
  });
  return booked;
}

/** Where the history of flows is read from: late entries are still met, old ones are known. */
export async function flowsFrom(desk: Desk): Promise<number> {
  const known = await desk.ports.ledger.read((query) => query.venueAccount());
  assert(known !== undefined, 'the account has a baseline');
  return Math.max(known.baselineMs, known.flowsReadMs - FLOWS_MARGIN_MS);
}

export async function bookFlows(
  desk: Desk,
  flows: readonly SeenFlow[],
  readMs: number,
): Promise<number> {
  const { ports, journal } = desk;
  let booked = 0;
  await journal.run(async (tx, draft) => {
    const by = await outsideChange(desk, tx);
    for (const flow of flows) {
      if ((await tx.bookFlow(flow, by)) === 'duplicate') continue;
      booked += 1;
      const { kind, asset, amount } = flow;
      ports.log.info(
        { flow: kind, asset, amount },
        'the account changed by other means than trades',
      );
    }
    await tx.setFlowsRead(by.account, readMs);
    if (booked > 0) noteMoved(draft);
  });
  return booked;
}

/** Shows what is open at the venue and not ours. */
export async function showExternal(desk: Desk, found: OrderFindings): Promise<void> {
  const { ports, journal, deskTag } = desk;
  const owned = (order: SeenOrder) => ({ ...order, owner: ownerOf(order.clientOrderId, deskTag) });
  const orders = [...found.external, ...found.otherDesk, ...found.unrecorded].map(owned);
  const { account } = ports.config;
  const known = await ports.ledger.read((query) => query.externalOrders(account));
  const isSame =
    known.length === orders.length &&
    orders.every((order) =>
      known.some(
        (before) =>
          before.venueOrderId === order.venueOrderId &&
          before.pair === order.pair &&
          before.filledQty === order.filledQty &&
          before.status === order.status,
      ),
    );
  if (isSame) return;
  await journal.run(async (tx, draft) => {
    for (const order of orders) await tellForeign({ tx, draft, account }, order);
    await tx.setExternalOrders(account, orders, Math.floor(ports.clock.now()));
  });
}

interface Telling {
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
  readonly account: string;
}

/** An order of somebody else is told of once, when it or an execution of it is seen first. */
async function tellForeign(
  { tx, draft, account }: Telling,
  { pair, venueOrderId, owner }: Pick<ExternalOrder, 'pair' | 'venueOrderId' | 'owner'>,
): Promise<void> {
  if (await tx.knowsExternal({ account, pair, venueOrderId })) return;
  draft.events.push({ kind: 'order.foreign', account, pair, venueOrderId, owner });
}
