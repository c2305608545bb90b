/**
 * Amounts of the exchange as whole units of 10^-8, the venue's precision for every asset: sums are
 * exact, and what a product has beyond the eighth decimal is cut, as the venue does.
 */
import { ApiError, illegalCharacters } from '../server/api-error.ts';

export type Units = bigint;

export const ONE: Units = 100_000_000n;
const DIGITS = 8;
const LEGAL = /^\d{1,20}(\.\d{1,20})?$/;

/** Eight decimals, always. */
export function amountText(units: Units): string {
  const isNegative = units < 0n;
  const digits = String(isNegative ? -units : units).padStart(DIGITS + 1, '0');
  const split = digits.length - DIGITS;
  return `${isNegative ? '-' : ''}${digits.slice(0, split)}.${digits.slice(split)}`;
}

/** Text of our own (a spec, a config): it is known to be well formed. */
export function unitsOf(text: string): Units {
  const isNegative = text.startsWith('-');
  const [whole = '0', fraction = ''] = (isNegative ? text.slice(1) : text).split('.');
  const units = BigInt(whole + fraction.slice(0, DIGITS).padEnd(DIGITS, '0'));
  return isNegative ? -units : units;
}

/** Text of a caller. */
export function readAmount(name: string, text: string): Units {
  if (!LEGAL.test(text)) throw illegalCharacters(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$');
  const fraction = text.split('.')[1]?.replace(/0+$/, '') ?? '';
  if (fraction.length > DIGITS) {
    throw new ApiError(-1111, `Parameter '${name}' has too much precision.`);
  }
  return unitsOf(text);
}

/** Product of two amounts, cut to the eighth decimal. */
export function times(a: Units, b: Units): Units {
  return (a * b) / ONE;
}

export function floorTo(value: Units, step: Units): Units {
  return step === 0n ? value : value - (value % step);
}

export function smaller(a: Units, b: Units): Units {
  return a < b ? a : b;
}
