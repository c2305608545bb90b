import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalColumn, parseDecimal } from './decimal-column.ts';

describe('decimal column', () => {
  it.each([
    ['58739.46', 5_873_946, 2],
    ['59237', 59_237, 0],
    ['0.00031099999999999997', 311, 6],
    ['4e-05', 4, 5],
    ['1.5000', 15, 1],
    ['0.0', 0, 0],
    ['100', 100, 0],
  ])('reads %s as %i units of its last place', (text, units, digits) => {
    expect(parseDecimal(text)).toEqual({ units, digits });
  });

  it('refines itself when a row with more decimals comes', () => {
    const column = new DecimalColumn();
    for (const text of ['19', '19.04', '19.0443', '20.5']) column.push(text);

    expect(column.digits).toBe(4);
    expect([...column.inDigits(4)]).toEqual([190_000, 190_400, 190_443, 205_000]);
    expect([...column.inDigits(2)]).toEqual([1900, 1904, 1904, 2050]);
  });

  it('keeps every value exactly, whatever the order', () => {
    const decimal = fc.tuple(fc.nat(9_999_999), fc.nat(6)).map(([units, digits]) => {
      const text = units.toString().padStart(digits + 1, '0');
      return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
    });
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1, maxLength: 40 }), (texts) => {
        const column = new DecimalColumn();
        for (const text of texts) column.push(text);
        const units = [...column.inDigits(8)];
        expect(units).toEqual(
          texts.map((text) => {
            const [whole = '0', rest = ''] = text.split('.');
            return Number(whole + rest.padEnd(8, '0'));
          }),
        );
      }),
    );
  });

  it('takes fewer decimals for values too large to stay exact with all', () => {
    const column = new DecimalColumn();
    for (const text of ['12345678901.5', '0.00000001']) column.push(text);
    expect(column.digitsThatFit(8)).toBe(5);
  });
});
