import {
  type Amount,
  type Decimal,
  decimalPlace,
  div,
  isNegative,
  isZero,
  mul,
  parse,
  round,
  type Rounding,
} from './decimal.ts';

/** The largest multiple of `step` that is not above `value`. A step of 0 means any value. */
export function floorToStep(value: Amount, step: Amount): Decimal {
  if (isZero(step)) return parse(value);
  return toStep(value, step, isNegative(value) ? 'up' : 'down');
}

/** The smallest multiple of `step` that is not below `value`. */
export function ceilToStep(value: Amount, step: Amount): Decimal {
  if (isZero(step)) return parse(value);
  return toStep(value, step, isNegative(value) ? 'down' : 'up');
}

/** The nearest multiple of `step`; a value in the middle goes to the even one. */
export function roundToStep(value: Amount, step: Amount): Decimal {
  if (isZero(step)) return parse(value);
  return toStep(value, step, 'half-even');
}

export function isOnStep(value: Amount, step: Amount): boolean {
  return isZero(step) || isZero(parse(value).mod(parse(step)));
}

// Nearly every step is one unit of a decimal place, for which rounding does the same at a fifth.
function toStep(value: Amount, step: Amount, rounding: Rounding): Decimal {
  const place = decimalPlace(step);
  if (place !== undefined) return round(value, place, rounding);
  return mul(div(value, step, 0, rounding), step);
}
