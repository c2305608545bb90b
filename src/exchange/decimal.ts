import { z } from 'zod';
import { DecimalText } from '#core/model/decimal-text.ts';

/**
 * A float as plain decimal text: the shortest digits that read back as the same float, which are
 * the venue's own digits as long as it sent at most 15. Only for venues whose messages reach us as
 * numbers; Binance-shaped ones give text.
 */
export function decimalOf(value: number): DecimalText {
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return DecimalText.parse(text);
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return DecimalText.parse(`${sign}0.${'0'.repeat(-point)}${digits}`);
  return DecimalText.parse(`${sign}${digits.padEnd(point, '0')}`);
}

/** Text the venue sent as a number: checked as decimal text, kept as it is. */
export const VenueDecimal = DecimalText;

/** Decimal text read as a float, for analysis only. */
export const VenueFloat = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number);

/** ccxt quotes whole numbers of 15 digits and more, so ids may come as text. */
export const VenueInt = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .pipe(z.int()),
]);
