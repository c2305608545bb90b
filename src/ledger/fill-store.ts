import { add, type Decimal, format, min, negate, parse, sub, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import { baseOf, quoteOf } from '#core/model/pair.ts';
import { isEnded } from '#core/orders/transitions.ts';
import { applyFill, type FillEffect } from '#core/portfolio/position.ts';
import { orderEnded } from './audit/order-entries.ts';
import type { Posting } from './balance-book.ts';
import { addToFigures, figuresStatements } from './figures-store.ts';
import { hotInsert } from './hot-query.ts';
import type { LedgerTransaction } from './ledger.ts';
import { orderStatements } from './order-statements.ts';
import { type OrderRow, requireOrder } from './order-store.ts';
import { closeRoundTrip, emptyPositionRow, positionStatements, rowWith } from './position-store.ts';
import type { FillBooking, RoundTrip } from './records.ts';
import { amount, orderAsWritten, positionAsWritten, positionStateOf } from './rows.ts';
import type { StoreContext } from './store-context.ts';

/**
 * Books an execution. The fill row's unique key decides whether it is new: stream, poll and
 * reconciliation may all bring it, in any order, and it counts once.
 */
export function fillStore(context: StoreContext): Pick<LedgerTransaction, 'bookFill'> {
  const statements = {
    order: orderStatements(context.builder),
    position: positionStatements(context.builder),
    figures: figuresStatements(context.builder),
    insert: insertStatement(context.builder),
  };
  return {
    bookFill: async (booking) => {
      const { fill } = booking;
      const order = await requireOrder(context, statements.order, fill.clientOrderId);
      const isNew = await context.session.run(statements.insert(fillRow(booking)));
      if (isNew === 0) return { kind: 'duplicate' };

      const otherFeeQuote = otherFeeOf(booking);
      const { effect, ...rest } = await bookPosition(context, statements, booking);
      const next = await bookOrder(context, statements, { booking, order, effect });
      await addToFigures(context, statements.figures, {
        account: fill.account,
        profitQuote: effect.profitQuote,
        feeQuote: effect.feeQuote,
        otherFeeQuote,
        // What an operator sold says nothing about how the desk trades.
        closedProfitQuote: order.leg === 'flatten' ? undefined : rest.roundTrip?.profitQuote,
      });
      return { kind: 'booked', order: orderAsWritten(next), ...rest };
    },
  };
}

interface FillStatements {
  readonly order: ReturnType<typeof orderStatements>;
  readonly position: ReturnType<typeof positionStatements>;
}

async function bookPosition(context: StoreContext, sql: FillStatements, booking: FillBooking) {
  const { account, pair, atMs } = booking.fill;
  const row =
    (await context.session.one(sql.position.byPair({ account, pair }))) ??
    emptyPositionRow(account, pair, atMs);
  const effect = applyFill(positionStateOf(row), booking.fill, otherFeeOf(booking));
  const after = rowWith(row, effect.position, atMs);
  const saved = effect.isClosed ? { ...after, stop_price: null, target_price: null } : after;
  await context.session.run(sql.position.save(saved));
  const roundTrip: RoundTrip | undefined = effect.isClosed
    ? await closeRoundTrip(context, sql.position, saved)
    : undefined;
  return { effect, position: positionAsWritten(saved), roundTrip };
}

interface OrderFill {
  readonly booking: FillBooking;
  readonly order: OrderRow;
  readonly effect: FillEffect;
}

async function bookOrder(
  context: StoreContext,
  sql: FillStatements,
  { booking, order, effect }: OrderFill,
): Promise<OrderRow> {
  const { fill, to, isLegal } = booking;
  const status = isLegal ? to : order.status;
  const ended = isEnded(status as typeof to);
  const held = parse(amount(order.held_quote));
  const fromHeld = fill.side === 'buy' ? min(held, negate(effect.quoteChange)) : ZERO;
  const left = sub(held, fromHeld);
  const released = ended ? left : ZERO;
  await context.balances.post(postingOf({ fill, effect, fromHeld, released }));
  await context.session.run(
    sql.order.insertEvent({
      client_order_id: fill.clientOrderId,
      from_status: order.status,
      to_status: to,
      event: 'fill',
      is_legal: isLegal ? 1 : 0,
      raw: booking.raw ?? '',
      at_ms: fill.atMs,
    }),
  );
  const after: OrderRow = {
    ...order,
    status,
    is_ended: ended ? 1 : 0,
    filled_qty: format(add(amount(order.filled_qty), fill.qty)),
    filled_quote: format(add(amount(order.filled_quote), fill.quoteQty)),
    held_quote: format(sub(left, released)),
    updated_ms: fill.atMs,
  };
  await context.session.run(sql.order.update(after));
  if (ended && order.is_ended === 0) await context.audit.record(orderEnded(after, ''));
  return after;
}

interface Money {
  readonly fill: Fill;
  readonly effect: FillEffect;
  /** Part of a buy that is paid from what its order held. */
  readonly fromHeld: Decimal;
  /** What an order that ended gives back. */
  readonly released: Decimal;
}

function postingOf({ fill, effect, fromHeld, released }: Money): Posting {
  const base = baseOf(fill.pair);
  const quote = quoteOf(fill.pair);
  const isBuy = fill.side === 'buy';
  const toMarketQuote = isBuy ? parse(fill.quoteQty) : negate(fill.quoteQty);
  const toMarketBase = isBuy ? negate(fill.qty) : parse(fill.qty);
  const entries = [
    { kind: 'held' as const, asset: quote, amount: negate(add(fromHeld, released)) },
    {
      kind: 'free' as const,
      asset: quote,
      amount: add(add(effect.quoteChange, fromHeld), released),
    },
    { kind: 'trading' as const, asset: quote, amount: toMarketQuote },
    { kind: 'free' as const, asset: base, amount: parse(effect.baseChange) },
    { kind: 'trading' as const, asset: base, amount: toMarketBase },
    { kind: 'fees' as const, asset: fill.feeAsset, amount: parse(fill.fee) },
  ];
  // A fee in a third asset is the desk's debt to whoever keeps that asset on the account.
  if (fill.feeAsset !== base && fill.feeAsset !== quote) {
    entries.push({ kind: 'free', asset: fill.feeAsset, amount: negate(fill.fee) });
  }
  return { kind: 'fill', ref: fill.clientOrderId, account: fill.account, atMs: fill.atMs, entries };
}

function otherFeeOf({ fill, otherFeeQuote }: FillBooking): DecimalText {
  const isOwnAsset = fill.feeAsset === baseOf(fill.pair) || fill.feeAsset === quoteOf(fill.pair);
  return isOwnAsset ? amount('0') : (otherFeeQuote ?? amount('0'));
}

function fillRow(booking: FillBooking) {
  const { fill } = booking;
  return {
    account: fill.account,
    pair: fill.pair,
    kind: fill.kind,
    venue_trade_id: fill.venueTradeId,
    client_order_id: fill.clientOrderId,
    side: fill.side,
    price: fill.price,
    qty: fill.qty,
    quote_qty: fill.quoteQty,
    fee: fill.fee,
    fee_asset: fill.feeAsset,
    other_fee_quote: otherFeeOf(booking),
    liquidity: fill.liquidity,
    at_ms: fill.atMs,
  };
}

function insertStatement(builder: StoreContext['builder']) {
  return hotInsert(
    builder,
    'fills',
    [
      'account',
      'pair',
      'kind',
      'venue_trade_id',
      'client_order_id',
      'side',
      'price',
      'qty',
      'quote_qty',
      'fee',
      'fee_asset',
      'other_fee_quote',
      'liquidity',
      'at_ms',
    ],
    { orIgnore: true },
  );
}
