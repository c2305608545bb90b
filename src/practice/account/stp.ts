import { amountText, smaller } from './amount.ts';
import type { Units } from './amount.ts';
import type { Dealer } from './dealer.ts';
import { remaining } from './order-record.ts';
import type { OrderRecord } from './order-record.ts';
import type { PreventedMatch } from './trading.ts';

interface Prevented {
  readonly taker: Units | undefined;
  readonly maker: Units | undefined;
}

/**
 * Keeps a taker from trading with an order of its own account, as the taker's mode says: one of
 * them or both lose quantity. Afterwards at least one of them has ended.
 */
export function prevent(
  dealer: Dealer,
  of: { readonly taker: OrderRecord; readonly maker: OrderRecord; readonly timeMs: number },
): void {
  const { taker, maker, timeMs } = of;
  const { state } = dealer;
  const lost = lostQuantities(taker, maker);
  const match: PreventedMatch = {
    symbol: taker.symbol,
    id: state.counters.preventedMatch++,
    takerOrderId: taker.orderId,
    makerOrderId: maker.orderId,
    mode: taker.stpMode,
    price: amountText(maker.price),
    takerQty: lost.taker === undefined ? undefined : amountText(lost.taker),
    makerQty: lost.maker === undefined ? undefined : amountText(lost.maker),
    timeMs,
  };
  state.prevented(dealer.book(taker), match);
  for (const [order, qty] of [[maker, lost.maker] as const, [taker, lost.taker] as const]) {
    if (qty !== undefined) lose(dealer, order, { qty, match });
  }
}

function lostQuantities(taker: OrderRecord, maker: OrderRecord): Prevented {
  const [takerLeft, makerLeft] = [remaining(taker), remaining(maker)];
  switch (taker.stpMode) {
    case 'EXPIRE_TAKER':
      return { taker: takerLeft, maker: undefined };
    case 'EXPIRE_BOTH':
      return { taker: takerLeft, maker: makerLeft };
    case 'DECREMENT': {
      const both = smaller(takerLeft, makerLeft);
      return { taker: both, maker: both };
    }
    case 'NONE':
    case 'EXPIRE_MAKER':
      return { taker: undefined, maker: makerLeft };
  }
}

function lose(
  dealer: Dealer,
  order: OrderRecord,
  of: { readonly qty: Units; readonly match: PreventedMatch },
): void {
  const { qty, match } = of;
  const { timeMs } = match;
  const prevented = { qty: amountText(qty), match };
  order.prevented += qty;
  order.preventedMatchId = match.id;
  if (remaining(order) === 0n) {
    dealer.end(order, { status: 'EXPIRED_IN_MATCH', timeMs, prevented });
    return;
  }
  const market = dealer.market(order.symbol);
  const isResting = market.market.engine.order(order.orderId) !== undefined;
  if (isResting) market.market.engine.reduce(order.orderId, market.lots(qty));
  order.updateTimeMs = timeMs;
  dealer.hold(order);
  dealer.state.report(order, { executionType: 'TRADE_PREVENTION', timeMs, prevented });
}
