import { add, format, fromNumber, isAbove, mul, ONE } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import { baseOf, type Pair } from '#core/model/pair.ts';
import type { Protection } from '#core/orders/pair-view.ts';
import { othersWouldPay } from '#core/reconcile/shares.ts';
import type { GateVerdict } from '#core/risk/gate-verdict.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { Desk } from './desk.ts';
import type { Draft } from './journal.ts';
import { exitList, restingEntry, takingEntry } from './new-orders.ts';
import { firstContext, orderContext } from './order-context.ts';
import { journalCommand, type Outgoing } from './send.ts';

const FEE_PLACES = 12;

interface Writing {
  readonly desk: Desk;
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
}

interface Accepted {
  readonly verdict: GateVerdict & { readonly kind: 'accept'; readonly action: 'enter' };
  readonly protection: Protection;
  readonly pair: Pair;
}

/** Writes what an accepted entry sends: in the desk's style, as far as the venue has it. */
export async function placeEntry(writing: Writing, accepted: Accepted): Promise<Outgoing> {
  const { desk, tx, draft } = writing;
  const { ports, market } = desk;
  const { protection, pair, verdict } = accepted;
  const { intentId } = protection;
  const context = firstContext(desk, { pair, intentId });
  const { qty, limitPrice, holdQuote } = verdict;
  const create = async (...orders: readonly Order[]): Promise<void> => {
    await tx.createOrders(orders, holdQuote);
    for (const order of orders) draft.changes.push({ kind: 'order', order });
  };
  draft.hasMovedMoney = true;
  const { style } = ports.config.section.entry;
  const bid = market.bid(pair, ports.clock.now());
  if (style === 'maker' && bid !== undefined) {
    const order = restingEntry(context, { qty, price: bid });
    await create(order);
    const id = await journalCommand(ports, tx, draft, { kind: 'place', order });
    return { kind: 'place', id, order };
  }
  const price = limitPrice;
  const hasBracket = style === 'bracket' && ports.broker.features.hasBracket;
  if (!hasBracket || (await wouldSellOthers(writing, pair, qty))) {
    const order = takingEntry(context, { qty, price, timeInForce: 'ioc' });
    await create(order);
    const id = await journalCommand(ports, tx, draft, { kind: 'place', order });
    return { kind: 'place', id, order };
  }
  const order = takingEntry(context, { qty, price, timeInForce: 'fok' });
  const { stop, target } = exitList(context, protection, qty);
  await create(order, stop, target);
  const id = await journalCommand(ports, tx, draft, { kind: 'place-bracket', order });
  return { kind: 'place-bracket', id, order, stop, target };
}

/**
 * Binance takes the commission of a bracket from other free coins of the account when there are
 * enough, and its exits then sell all that was bought: more than the desk owns.
 */
async function wouldSellOthers(
  { desk, tx }: Writing,
  pair: Pair,
  qty: DecimalText,
): Promise<boolean> {
  const { account, config } = desk.ports;
  if (account === undefined) return false;
  const shares = (await tx.shares(config.account)).get(baseOf(pair));
  const fee = mul(qty, fromNumber(config.takerFeeFraction, FEE_PLACES));
  return shares !== undefined && othersWouldPay(shares, fee);
}

/**
 * A resting entry at another price, in place of the one before. Undefined when the money for both
 * at once is not there: for a moment each holds its own.
 */
export function repriceEntry(
  desk: Desk,
  old: Order,
  price: DecimalText,
): Promise<Outgoing | undefined> {
  const { ports, state, journal } = desk;
  const { intentId, pair, qty, leg } = old;
  return journal.run(async (tx, draft) => {
    const fee = fromNumber(ports.config.takerFeeFraction, FEE_PLACES);
    const hold = format(mul(mul(qty, price), add(ONE, fee)));
    if (isAbove(hold, state.funds.freeQuote)) return undefined;
    const context = await orderContext(desk, tx, { pair, intentId, leg });
    const order = restingEntry(context, { qty, price });
    await tx.createOrder(order, hold);
    draft.hasMovedMoney = true;
    draft.changes.push({ kind: 'order', order });
    ports.log.info({ pair, intentId, from: old.price, to: price }, 're-pricing the entry');
    const id = await journalCommand(ports, tx, draft, { kind: 'replace', order, old });
    return { kind: 'replace', id, order, old };
  });
}
