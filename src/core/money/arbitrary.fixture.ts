import fc from 'fast-check';
import type { DecimalText } from '#core/model/decimal-text.ts';

const digits = (whole: bigint, places: number): DecimalText => {
  const sign = whole < 0n ? '-' : '';
  const padded = (whole < 0n ? -whole : whole).toString().padStart(places + 1, '0');
  const text = places === 0 ? padded : `${padded.slice(0, -places)}.${padded.slice(-places)}`;
  return `${sign}${text}` as DecimalText;
};

/** Amounts of up to 24 digits with up to 18 places, both signs. */
export const amountText = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 18 }))
  .map(([whole, places]) => digits(whole, places));

/** Amounts above 0 of a size that occurs in trading. */
export const positiveText = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 14n }), fc.integer({ min: 0, max: 8 }))
  .map(([whole, places]) => digits(whole, places));
