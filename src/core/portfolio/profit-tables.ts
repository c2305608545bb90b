/** Profit by day, week or month of the operator's calendar, and by pair. */
import type { Pair } from '#core/model/pair.ts';
import { type Calendar, type CalendarDay, type CalendarUnit, shiftPeriod } from './calendar.ts';
import { byProfit, type ClosedTrade, countTrades, type TradeCount } from './closed-trade.ts';

export interface PeriodProfit extends TradeCount {
  /** First day of the period. */
  readonly firstDay: CalendarDay;
}

export interface PairProfit extends TradeCount {
  readonly pair: Pair;
}

export interface PeriodsAsked {
  readonly unit: CalendarUnit;
  readonly calendar: Calendar;
  readonly nowMs: number;
  /** How many periods, the running one included. */
  readonly count: number;
}

/** Since when trades are needed for {@link profitByPeriod}. */
export function periodsSinceMs(asked: PeriodsAsked): number {
  const { calendar, nowMs, unit, count } = asked;
  return calendar.startOf(shiftPeriod(calendar.periodOf(nowMs, unit), unit, 1 - count));
}

/** Newest period first, those without a trade too. A trade belongs where it was closed. */
export function profitByPeriod(
  trades: readonly ClosedTrade[],
  asked: PeriodsAsked,
): readonly PeriodProfit[] {
  const { calendar, nowMs, unit, count } = asked;
  const byFirstDay = Map.groupBy(trades, ({ closedMs }) => calendar.periodOf(closedMs, unit));
  const running = calendar.periodOf(nowMs, unit);
  return Array.from({ length: count }, (_, index) => {
    const firstDay = shiftPeriod(running, unit, -index);
    return { firstDay, ...countTrades(byFirstDay.get(firstDay) ?? []) };
  });
}

/** Best pair first. */
export function profitByPair(trades: readonly ClosedTrade[]): readonly PairProfit[] {
  const byPair = Map.groupBy(trades, ({ pair }) => pair);
  return [...byPair].map(([pair, some]) => ({ pair, ...countTrades(some) })).toSorted(byProfit);
}
