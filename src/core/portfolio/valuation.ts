import { add, div, format, isPositive, mul, sub, sum, toNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import { lossFraction } from '#core/risk/halts.ts';

/** An account valued at what its positions would bring now. */
export interface Valuation {
  readonly equityQuote: DecimalText;
  readonly positionsQuote: DecimalText;
  readonly positions: readonly ValuedPosition[];
  /** Pairs valued at an old price, or at cost for want of any: the equity is then a guess. */
  readonly stalePairs: readonly Pair[];
  /** Since the UTC day began, realised and open. */
  readonly dayPnlQuote: DecimalText;
  readonly dayLossFraction: number;
  readonly drawdownFraction: number;
  readonly exposureFraction: number;
}

export interface ValuedPosition {
  readonly pair: Pair;
  readonly qty: DecimalText;
  readonly valueQuote: DecimalText;
}

export interface ValuationInput {
  readonly capitalQuote: DecimalText;
  readonly realisedQuote: DecimalText;
  readonly dayStartEquityQuote: DecimalText;
  readonly peakEquityQuote: DecimalText;
  readonly positions: readonly {
    readonly pair: Pair;
    readonly qty: DecimalText;
    readonly costQuote: DecimalText;
    readonly averagePrice: DecimalText;
  }[];
  /** Best bid of a pair and whether it is recent enough; undefined = no price was ever seen. */
  readonly markOf: (pair: Pair) => { bid: DecimalText; isFresh: boolean } | undefined;
}

/**
 * Equity = capital + realised profit + what the open positions would bring over their cost. Marked
 * at the bid, because that is what a seller gets; with no price at cost, so that nothing is won or
 * lost by not knowing.
 */
export function valueAccount(input: ValuationInput): Valuation {
  const { positions, markOf, capitalQuote, realisedQuote } = input;
  const valued = positions.map(({ pair, qty, averagePrice }) => {
    const price = markOf(pair)?.bid ?? averagePrice;
    return { pair, qty, valueQuote: format(mul(qty, price)) };
  });
  const value = sum(valued.map(({ valueQuote }) => valueQuote));
  const cost = sum(positions.map(({ costQuote }) => costQuote));
  const equity = sub(add(add(capitalQuote, realisedQuote), value), cost);
  const equityQuote = format(equity);
  return {
    equityQuote,
    positionsQuote: format(value),
    positions: valued,
    stalePairs: positions.map(({ pair }) => pair).filter((pair) => !markOf(pair)?.isFresh),
    dayPnlQuote: format(sub(equity, input.dayStartEquityQuote)),
    dayLossFraction: lossFraction(input.dayStartEquityQuote, equityQuote),
    drawdownFraction: lossFraction(input.peakEquityQuote, equityQuote),
    exposureFraction: isPositive(equity) ? toNumber(div(value, equity, 6, 'half-up')) : 0,
  };
}
