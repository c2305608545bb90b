import { add, compare, format, isNegative, isPositive, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';

/** What the figures need of a closed trade; the ledger's round trips have it. */
export interface ClosedTrade {
  readonly pair: Pair;
  readonly openedMs: number;
  readonly closedMs: number;
  /** What was paid for the coins, without fees. */
  readonly boughtQuote: DecimalText;
  readonly feesQuote: DecimalText;
  /** Net of fees. */
  readonly profitQuote: DecimalText;
}

/** How a set of closed trades came out. A trade at exactly 0 is neither won nor lost. */
export interface TradeCount {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly profitQuote: DecimalText;
  readonly boughtQuote: DecimalText;
}

export function countTrades(trades: readonly ClosedTrade[]): TradeCount {
  let profit = ZERO;
  let bought = ZERO;
  let wins = 0;
  let losses = 0;
  for (const { profitQuote, boughtQuote } of trades) {
    profit = add(profit, profitQuote);
    bought = add(bought, boughtQuote);
    if (isPositive(profitQuote)) wins += 1;
    if (isNegative(profitQuote)) losses += 1;
  }
  return {
    trades: trades.length,
    wins,
    losses,
    profitQuote: format(profit),
    boughtQuote: format(bought),
  };
}

/** Best profit first; equal ones keep their order. */
export function byProfit(
  a: { readonly profitQuote: DecimalText },
  b: { readonly profitQuote: DecimalText },
): number {
  return compare(b.profitQuote, a.profitQuote);
}
