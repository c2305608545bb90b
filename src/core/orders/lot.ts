import {
  type Amount,
  type Decimal,
  format,
  isBelow,
  isZero,
  min,
  mul,
} from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';

/** What a sale or a stop may be of a quantity: on the step of every kind of order. */
export function sellable(qty: Amount, instrument: Instrument): Decimal {
  return floorToStep(qty, stepOf(instrument));
}

/** What one order may sell; the rest is sold after it. */
export function atOnce(qty: Amount, instrument: Instrument): DecimalText {
  const limit = lotMax(instrument);
  return format(limit === undefined ? qty : min(qty, limit));
}

export function lotMax(instrument: Instrument): Decimal | undefined {
  const limit = instrument.marketMaxQty ?? instrument.maxQty;
  return limit === undefined ? undefined : floorToStep(limit, stepOf(instrument));
}

export function isTooSmall(qty: Amount, price: Amount, instrument: Instrument): boolean {
  if (isZero(qty) || isBelow(qty, instrument.minQty)) return true;
  return isBelow(mul(qty, price), instrument.minNotional);
}

// Market sells have a lot size of their own; what fits the coarser of both fits both.
function stepOf({ stepSize, marketStepSize }: Instrument): DecimalText {
  if (marketStepSize === undefined || isZero(marketStepSize)) return stepSize;
  return isBelow(stepSize, marketStepSize) ? marketStepSize : stepSize;
}
