import Big from 'big.js';
import { DecimalText } from '#core/model/decimal-text.ts';

/**
 * Money. Decimal text comes in, exact decimals are computed with, decimal text goes out; the only
 * way to a float is `toNumber`, for analysis, and back from analysis `fromNumber` with its places
 * stated. Strict big.js refuses floats, so one cannot slip in (law 11).
 */
export type Decimal = Big;

/** What the functions take: text from the wire or the ledger, or an earlier result. */
export type Amount = Decimal | DecimalText;

export type Rounding = 'down' | 'half-up' | 'half-even' | 'up';

// A constructor of our own: settings do not leak to or from other users of big.js.
const Exact = Big();
Exact.strict = true;

const MODES = { down: 0, 'half-up': 1, 'half-even': 2, up: 3 } as const;

export const ZERO: Decimal = new Exact('0');
export const ONE: Decimal = new Exact('1');

export function parse(text: Amount): Decimal {
  return text instanceof Exact ? text : new Exact(text);
}

/** Plain decimal text without exponent, trailing zeros or minus zero. */
export function format(value: Amount): DecimalText {
  const text = parse(value).toFixed();
  return (text === '-0' ? '0' : text) as DecimalText;
}

/** Checks text that comes from outside, e.g. the config, and makes it decimal. */
export function parseUnknown(value: unknown): Decimal {
  return new Exact(DecimalText.parse(value));
}

export function add(a: Amount, b: Amount): Decimal {
  return parse(a).plus(parse(b));
}

export function sub(a: Amount, b: Amount): Decimal {
  return parse(a).minus(parse(b));
}

export function mul(a: Amount, b: Amount): Decimal {
  return parse(a).times(parse(b));
}

/** Division is the one operation that is not exact, so places and rounding are always said. */
export function div(a: Amount, b: Amount, places: number, rounding: Rounding): Decimal {
  const dividend = parse(a);
  const divisor = parse(b);
  if (isZero(divisor)) throw new RangeError('division by zero');
  const sign = BigInt(dividend.s * divisor.s);
  // a / b = (na / nb) x 10^shift; the quotient is wanted in units of 10^-places.
  const shift = exponentOf(dividend) - exponentOf(divisor) + places;
  const numerator = coefficientOf(dividend) * (shift > 0 ? 10n ** BigInt(shift) : 1n);
  const denominator = coefficientOf(divisor) * (shift < 0 ? 10n ** BigInt(-shift) : 1n);
  const quotient = sign * rounded(numerator, denominator, rounding);
  return new Exact(scaledText(quotient, places));
}

export function round(value: Amount, places: number, rounding: Rounding): Decimal {
  return parse(value).round(places, MODES[rounding]);
}

/** 2 for 0.01, -1 for 10; undefined for what is not one unit of a decimal place. */
export function decimalPlace(value: Amount): number | undefined {
  const { c, e, s } = parse(value);
  return s === 1 && c.length === 1 && c[0] === 1 ? -e : undefined;
}

export function negate(value: Amount): Decimal {
  return ZERO.minus(parse(value));
}

export function sum(values: Iterable<Amount>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(parse(value));
  return total;
}

/** -1, 0 or 1. */
export function compare(a: Amount, b: Amount): -1 | 0 | 1 {
  return parse(a).cmp(parse(b));
}

export function isZero(value: Amount): boolean {
  return parse(value).eq(ZERO);
}

export function isPositive(value: Amount): boolean {
  return parse(value).gt(ZERO);
}

export function isNegative(value: Amount): boolean {
  return parse(value).lt(ZERO);
}

export function isEqual(a: Amount, b: Amount): boolean {
  return parse(a).eq(parse(b));
}

export function isAbove(a: Amount, b: Amount): boolean {
  return parse(a).gt(parse(b));
}

export function isBelow(a: Amount, b: Amount): boolean {
  return parse(a).lt(parse(b));
}

export function min(a: Amount, b: Amount): Decimal {
  return isBelow(b, a) ? parse(b) : parse(a);
}

export function max(a: Amount, b: Amount): Decimal {
  return isAbove(b, a) ? parse(b) : parse(a);
}

/** For analysis and display only; never back into money. */
export function toNumber(value: Amount): number {
  return Number(typeof value === 'string' ? value : value.toString());
}

/**
 * A figure of analysis (a fraction, a distance) as a decimal of `places`, rounded half to even. Not
 * for amounts that a venue or the ledger stated: those come as text.
 */
export function fromNumber(value: number, places: number): Decimal {
  if (!Number.isFinite(value)) throw new RangeError(`no decimal for ${value}`);
  return new Exact(String(value)).round(places, MODES['half-even']);
}

/** Digits of a decimal as a whole number: 12.50 is 125 with exponent -1. */
function coefficientOf({ c }: Decimal): bigint {
  return BigInt(c.join(''));
}

function exponentOf({ c, e }: Decimal): number {
  return e - c.length + 1;
}

// big.js divides digit by digit, ten times slower; the sizes and averages of one order divide often.
function rounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const whole = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n || rounding === 'down') return whole;
  if (rounding === 'up') return whole + 1n;
  const twice = 2n * rest;
  const isAboveHalf = twice > denominator;
  const isHalfUp = twice === denominator && (rounding === 'half-up' || whole % 2n === 1n);
  return isAboveHalf || isHalfUp ? whole + 1n : whole;
}

/** `scaled` units of 10^-places. */
function scaledText(scaled: bigint, places: number): string {
  if (places === 0) return scaled.toString();
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const split = digits.length - places;
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, split)}.${digits.slice(split)}`;
}
