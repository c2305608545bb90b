/**
 * The account as a look judges it. Execution marks a position without a price at its cost, as after its own
 * start: what was won on it seems lost until the first quote, and what was lost won. While a mark is in
 * doubt losses stay at what the look before has seen, and no profit is noted.
 */
import type { AccountSummary } from '#core/model/account.ts';
import { sub, toNumber } from '#core/money/decimal.ts';
import type { LimitMemory } from './step-limits.ts';

export interface AccountFigures {
  readonly equityQuote: number;
  readonly drawdown: number;
  readonly dayLoss: number;
  readonly lossesInRow: number | undefined;
  /** Profit of the day over what it began with; undefined while it is in doubt. */
  readonly dayReturn: number | undefined;
  /** Over the capital, all days together; undefined while it is in doubt. */
  readonly profitQuote: number | undefined;
}

export function accountFigures(
  own: AccountSummary,
  { isInDoubt, before }: { isInDoubt: boolean; before: ReadonlyMap<string, LimitMemory> },
): AccountFigures {
  const equityQuote = toNumber(own.equityQuote);
  const dayPnl = toNumber(own.dayPnlQuote);
  // What has lost all that the day began with has no such figure any more.
  const dayReturn = equityQuote > dayPnl ? dayPnl / (equityQuote - dayPnl) : 0;
  const last = (name: string, now: number) => (isInDoubt ? (before.get(name)?.value ?? now) : now);
  return {
    equityQuote,
    drawdown: last('drawdown', own.drawdownFraction),
    dayLoss: last('day-loss', Math.max(0, -dayReturn)),
    lossesInRow: own.lossesInRow,
    dayReturn: isInDoubt ? undefined : dayReturn,
    profitQuote: isInDoubt ? undefined : toNumber(sub(own.equityQuote, own.startEquityQuote)),
  };
}
