import { format, mul, sub } from '#core/money/decimal.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { Pair } from '#core/model/pair.ts';
import type { GateEntry, GateInput, GateOrderCounts } from '#core/risk/gate-input.ts';
import { gateAccount } from './account-mark.ts';
import type { Desk } from './desk.ts';
import { hasUnsettled, ordersOf } from './state.ts';

/** Gathers what the gate looks at. Reads memory only; called inside the journal's transaction. */
export function gateInput(
  desk: Desk,
  intent: TradeIntent,
  asked: { readonly isReady: boolean; readonly riskFraction?: number | undefined },
): GateInput {
  const { ports, state, market } = desk;
  const { limits, takerFeeFraction } = ports.config;
  const { isReady, riskFraction = limits.risk_fraction } = asked;
  const { pair } = intent;
  const nowMs = ports.clock.now();
  const account = gateAccount(desk, nowMs);
  return {
    nowMs,
    intent,
    account: account.account,
    positions: account.positions,
    entries: openEntries(desk),
    hasUnknownCommand: hasUnsettled(state, pair),
    isPairReady: isReady,
    isPairJoining: desk.isJoining(pair),
    standing: market.standing(pair),
    halts: [...state.halts.values()],
    instrument: market.instrument(pair),
    quote: market.quote(pair),
    freshMs: market.freshMs(pair),
    orders: countOrders(desk, pair),
    takerFeeFraction,
    risk: market.risk(),
    limits: { ...limits, risk_fraction: riskFraction },
  };
}

/** Working and unknown buys, each as if the rest of it filled at its limit. */
function openEntries({ state }: Desk): readonly GateEntry[] {
  return [...state.orders.values()].flatMap((order) => {
    if (order.side !== 'buy' || order.price === undefined) return [];
    const rest = sub(order.qty, order.filledQty);
    return [{ pair: order.pair, worstQuote: format(mul(rest, order.price)) }];
  });
}

function countOrders({ state }: Desk, pair: Pair): GateOrderCounts {
  const orders = ordersOf(state, pair);
  const lists = new Set(orders.flatMap(({ listId }) => (listId === undefined ? [] : [listId])));
  return {
    openOrders: orders.length,
    algoOrders: orders.filter(({ stopPrice }) => stopPrice !== undefined).length,
    orderLists: lists.size,
  };
}
