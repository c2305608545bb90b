import { format, fromNumber, isPositive, max, mul, ONE, sub } from '#core/money/decimal.ts';
import { ceilToStep, floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';

const FRACTION_PLACES = 12;

/**
 * The least that the next try of a sale takes; undefined = at market. Each miss goes a step further
 * below the bid, then to market; a venue that does not take that either is tried from the first
 * step again, so no sale ever stays where it cannot fill.
 */
export function saleLimit(sale: {
  /** Undefined = no fresh price: at market. */
  readonly bid: DecimalText | undefined;
  readonly misses: number;
  readonly slippageSteps: readonly number[];
  readonly instrument: Instrument;
}): DecimalText | undefined {
  const { bid, misses, slippageSteps, instrument } = sale;
  const slippage = slippageSteps[misses % (slippageSteps.length + 1)];
  if (bid === undefined || slippage === undefined) return undefined;
  const { tickSize, minPrice, askPriceDown } = instrument;
  let price = floorToStep(mul(bid, sub(ONE, fromNumber(slippage, FRACTION_PLACES))), tickSize);
  // A venue refuses a price far from its average; the bid stands for that.
  if (askPriceDown !== undefined) price = max(price, ceilToStep(mul(bid, askPriceDown), tickSize));
  if (minPrice !== undefined) price = max(price, minPrice);
  return isPositive(price) ? format(price) : undefined;
}
