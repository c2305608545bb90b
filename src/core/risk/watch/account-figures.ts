/**
 * The account as a look judges it. Execution marks a position without a price at its cost, as after its own
 * start: what was won on it seems lost until the first quote, and what was lost won. While a mark is in
 * doubt equity and losses stay at what the look before has seen, and no profit is noted.
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

export function accountFigures(own: AccountSummary): AccountFigures {
  const equityQuote = toNumber(own.equityQuote);
  const dayPnl = toNumber(own.dayPnlQuote);
  // What has lost all that the day began with has no such figure any more.
  const dayReturn = equityQuote > dayPnl ? dayPnl / (equityQuote - dayPnl) : 0;
  return {
    equityQuote,
    drawdown: own.drawdownFraction,
    dayLoss: Math.max(0, -dayReturn),
    lossesInRow: own.lossesInRow,
    dayReturn,
    profitQuote: toNumber(sub(own.equityQuote, own.startEquityQuote)),
  };
}

/** The same while a mark is in doubt; a new process knows the losses of the one before and no equity. */
export function figuresInDoubt(
  now: AccountFigures,
  before: {
    readonly figures: AccountFigures | undefined;
    readonly limits: ReadonlyMap<string, LimitMemory>;
  },
): AccountFigures {
  const { figures: last = now, limits } = before;
  return {
    equityQuote: last.equityQuote,
    drawdown: limits.get('drawdown')?.value ?? last.drawdown,
    dayLoss: limits.get('day-loss')?.value ?? last.dayLoss,
    lossesInRow: now.lossesInRow,
    dayReturn: undefined,
    profitQuote: undefined,
  };
}
