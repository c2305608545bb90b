import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { decimalOf, VenueFloat, VenueInt } from './decimal.ts';

describe('decimalOf', () => {
  it.each([
    [1e-8, '0.00000001'],
    [1.5e-7, '0.00000015'],
    [1e21, '1000000000000000000000'],
    [1.25e22, '12500000000000000000000'],
    [0, '0'],
    [96_123.45, '96123.45'],
    [-2.5e-9, '-0.0000000025'],
  ])('writes %d as %s', (value, text) => {
    expect(decimalOf(value)).toBe(text);
  });

  it('is plain decimal text that reads back as the same float', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decimalOf(value);

        expect(DecimalText.safeParse(text).success).toBe(true);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('venue numbers', () => {
  it('take long ids that ccxt has put in quotes', () => {
    expect(VenueInt.parse('123456789012345')).toBe(123_456_789_012_345);
    expect(VenueInt.safeParse('12.5').success).toBe(false);
  });

  it('take no exponent, sign or blank for a price', () => {
    expect(
      ['1e5', '-1', '', ' 1', 'NaN'].map((text) => VenueFloat.safeParse(text).success),
    ).toEqual([false, false, false, false, false]);
    expect(VenueFloat.parse('0.00100000')).toBe(0.001);
  });
});
