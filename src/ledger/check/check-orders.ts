import { add, type Decimal, format, isAbove, isEqual, isZero, ZERO } from '#core/money/decimal.ts';
import { OrderStatus } from '#core/model/order.ts';
import { isEnded, isLegalStep } from '#core/orders/transitions.ts';
import type { OrderRow } from '../order-store.ts';
import { amount } from '../rows.ts';
import type { CheckContext } from './check-context.ts';

/** Every order walked a legal path, has the fills it says it has, and holds what is held. */
export function checkOrders(context: CheckContext): { orders: number; fills: number } {
  const fills = fillSums(context);
  const paths = lastStatuses(context);
  const held = new Map<string, Decimal>();
  let orders = 0;
  for (const order of context.rows(context.builder.selectFrom('orders').selectAll())) {
    orders += 1;
    checkFilled(context, order, fills.sums.get(order.client_order_id));
    checkStatus(context, order, paths.get(order.client_order_id));
    const key = `${order.account} ${order.pair.slice(order.pair.indexOf('/') + 1)}`;
    held.set(key, add(held.get(key) ?? ZERO, amount(order.held_quote)));
    fills.sums.delete(order.client_order_id);
  }
  for (const id of fills.sums.keys()) {
    context.problems.add('fill-without-order', `a fill names order ${id}, which does not exist`);
  }
  checkHolds(context, held);
  return { orders, fills: fills.count };
}

interface FillSum {
  readonly qty: Decimal;
  readonly quote: Decimal;
}

function fillSums(context: CheckContext) {
  const sums = new Map<string, FillSum>();
  const seen = new Set<string>();
  let count = 0;
  for (const fill of context.rows(context.builder.selectFrom('fills').selectAll())) {
    count += 1;
    const key = [fill.account, fill.pair, fill.kind, fill.venue_trade_id, fill.client_order_id];
    const name = key.join(' ');
    if (seen.has(name)) context.problems.add('fill-twice', `fill ${name} is booked twice`);
    seen.add(name);
    const before = sums.get(fill.client_order_id) ?? { qty: ZERO, quote: ZERO };
    sums.set(fill.client_order_id, {
      qty: add(before.qty, amount(fill.qty)),
      quote: add(before.quote, amount(fill.quote_qty)),
    });
  }
  return { sums, count };
}

function checkFilled(context: CheckContext, order: OrderRow, sum: FillSum | undefined): void {
  const { qty = ZERO, quote = ZERO } = sum ?? {};
  const name = `order ${order.client_order_id}`;
  if (!isEqual(amount(order.filled_qty), qty) || !isEqual(amount(order.filled_quote), quote)) {
    context.problems.add(
      'filled-differs',
      `${name} says ${order.filled_qty} filled for ${order.filled_quote}, its fills ${format(qty)} for ${format(quote)}`,
    );
  }
  if (isAbove(qty, amount(order.qty))) {
    context.problems.add('overfilled', `${name} of ${order.qty} has fills of ${format(qty)}`);
  }
}

interface Path {
  readonly status: OrderStatus;
}

/** Walks the recorded events of each order through the table of legal transitions. */
function lastStatuses(context: CheckContext): Map<string, Path> {
  const paths = new Map<string, Path>();
  const events = context.builder.selectFrom('order_events').selectAll().orderBy('seq');
  for (const event of context.rows(events)) {
    const id = event.client_order_id;
    const from = paths.get(id)?.status;
    const to = OrderStatus.safeParse(event.to_status).data;
    // An event kept as illegal did not move the order.
    if (event.is_legal === 0) continue;
    const isFirst = from === undefined && event.from_status === null && to === 'created';
    const isNext =
      from !== undefined && to !== undefined && event.from_status === from && isLegalStep(from, to);
    if (!isFirst && !isNext) {
      context.problems.add(
        'illegal-path',
        `order ${id} goes from ${event.from_status ?? 'nothing'} to ${event.to_status}, it was ${from ?? 'nothing'}`,
      );
    }
    if (to !== undefined) paths.set(id, { status: to });
  }
  return paths;
}

function checkStatus(context: CheckContext, order: OrderRow, path: Path | undefined): void {
  const name = `order ${order.client_order_id}`;
  const status = OrderStatus.safeParse(order.status).data;
  if (status === undefined || status !== path?.status) {
    context.problems.add(
      'status-differs',
      `${name} is ${order.status}, its events end at ${path?.status ?? 'nothing'}`,
    );
    return;
  }
  if (isEnded(status) !== (order.is_ended === 1)) {
    context.problems.add('status-differs', `${name} is ${status} and marked otherwise`);
  }
  if (isEnded(status) && !isZero(amount(order.held_quote))) {
    context.problems.add('hold-differs', `${name} has ended and holds ${order.held_quote}`);
  }
}

function checkHolds(context: CheckContext, byOrders: ReadonlyMap<string, Decimal>): void {
  const accounts = context.builder.selectFrom('accounts').selectAll().where('kind', '=', 'held');
  const left = new Map(byOrders);
  for (const row of context.rows(accounts)) {
    const key = `${row.account} ${row.asset}`;
    const expected = left.get(key) ?? ZERO;
    left.delete(key);
    if (isEqual(amount(row.balance), expected)) continue;
    context.problems.add(
      'hold-differs',
      `${key} held is ${row.balance}, the orders hold ${format(expected)}`,
    );
  }
  for (const [key, expected] of left) {
    if (isZero(expected)) continue;
    context.problems.add('hold-differs', `${key} held is 0, the orders hold ${format(expected)}`);
  }
}
