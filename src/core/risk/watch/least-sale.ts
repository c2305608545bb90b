/**
 * The smallest sale that the venue takes for sure, in quote: a part below its minimum is refused, at each
 * look again, and the limit that asks for it stays over its bound.
 */
import type { Instrument } from '#core/model/instrument.ts';
import { toNumber } from '#core/money/decimal.ts';

/** The price falls on between look and sale, the more so when there is a reason to sell. */
const ROOM = 1.1;

export function leastSale(rules: Instrument, price: number): number {
  const { minQty, marketMinQty = minQty, stepSize, marketStepSize = stepSize, minNotional } = rules;
  const least = Math.max(toNumber(minQty), toNumber(marketMinQty)) * price;
  // Rounded down to both steps.
  const rounded = (toNumber(stepSize) + toNumber(marketStepSize)) * price;
  return ROOM * Math.max(toNumber(minNotional), least) + rounded;
}
