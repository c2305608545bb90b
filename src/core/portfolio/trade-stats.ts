/**
 * Figures of closed trades beside those of {@link performance}: how long, how much, how often in a
 * row. A figure that cannot be known (no win, no loss) is undefined.
 */
import { toNumber } from '#core/money/decimal.ts';
import { byProfit, type ClosedTrade, countTrades, type TradeCount } from './closed-trade.ts';

export interface TradeStats extends TradeCount {
  readonly best: ClosedTrade | undefined;
  readonly worst: ClosedTrade | undefined;
  /** Mean profit of a won trade and mean loss of a lost one (negative), in quote. */
  readonly meanWinQuote: number | undefined;
  readonly meanLossQuote: number | undefined;
  /** Mean time from first fill to flat. */
  readonly meanHoldMs: number | undefined;
  readonly meanWinHoldMs: number | undefined;
  readonly meanLossHoldMs: number | undefined;
  readonly mostWinsInRow: number;
  readonly mostLossesInRow: number;
  readonly firstOpenedMs: number | undefined;
  readonly lastClosedMs: number | undefined;
}

export function tradeStats(trades: readonly ClosedTrade[]): TradeStats {
  const sorted = trades.toSorted((a, b) => a.closedMs - b.closedMs);
  const byResult = trades.toSorted(byProfit);
  const profits = sorted.map(({ profitQuote }) => toNumber(profitQuote));
  const isWin = (_: unknown, index: number) => (profits[index] ?? 0) > 0;
  const isLoss = (_: unknown, index: number) => (profits[index] ?? 0) < 0;
  return {
    ...countTrades(trades),
    best: byResult[0],
    worst: byResult.at(-1),
    meanWinQuote: mean(profits.filter(isWin)),
    meanLossQuote: mean(profits.filter(isLoss)),
    meanHoldMs: mean(sorted.map(holdMs)),
    meanWinHoldMs: mean(sorted.filter(isWin).map(holdMs)),
    meanLossHoldMs: mean(sorted.filter(isLoss).map(holdMs)),
    mostWinsInRow: longestRow(profits.map((profit) => profit > 0)),
    mostLossesInRow: longestRow(profits.map((profit) => profit < 0)),
    firstOpenedMs: sorted.reduce<number | undefined>(
      (first, { openedMs }) => Math.min(first ?? openedMs, openedMs),
      undefined,
    ),
    lastClosedMs: sorted.at(-1)?.closedMs,
  };
}

function holdMs({ openedMs, closedMs }: ClosedTrade): number {
  return closedMs - openedMs;
}

function longestRow(marks: readonly boolean[]): number {
  let longest = 0;
  let row = 0;
  for (const isMarked of marks) {
    row = isMarked ? row + 1 : 0;
    longest = Math.max(longest, row);
  }
  return longest;
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((total, value) => total + value, 0) / values.length;
}
