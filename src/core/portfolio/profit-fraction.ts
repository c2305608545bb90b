import { div, isPositive, toNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';

const PLACES = 12;

/** Profit over what was paid; undefined when nothing was. */
export function profitFraction(
  profitQuote: DecimalText,
  paidQuote: DecimalText,
): number | undefined {
  if (!isPositive(paidQuote)) return undefined;
  return toNumber(div(profitQuote, paidQuote, PLACES, 'down'));
}
