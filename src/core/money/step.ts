import { type Amount, type Decimal, div, isNegative, isZero, mul, parse } from './decimal.ts';

/** The largest multiple of `step` that is not above `value`. A step of 0 means any value. */
export function floorToStep(value: Amount, step: Amount): Decimal {
  if (isZero(step)) return parse(value);
  return mul(div(value, step, 0, isNegative(value) ? 'up' : 'down'), step);
}

/** The smallest multiple of `step` that is not below `value`. */
export function ceilToStep(value: Amount, step: Amount): Decimal {
  if (isZero(step)) return parse(value);
  return mul(div(value, step, 0, isNegative(value) ? 'down' : 'up'), step);
}

/** The nearest multiple of `step`; a value in the middle goes to the even one. */
export function roundToStep(value: Amount, step: Amount): Decimal {
  if (isZero(step)) return parse(value);
  return mul(div(value, step, 0, 'half-even'), step);
}

export function isOnStep(value: Amount, step: Amount): boolean {
  return isZero(step) || isZero(parse(value).mod(parse(step)));
}
