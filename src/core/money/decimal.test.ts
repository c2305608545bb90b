import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import {
  add,
  compare,
  div,
  format,
  fromNumber,
  isEqual,
  max,
  min,
  mul,
  negate,
  parse,
  parseUnknown,
  round,
  sub,
  sum,
  toNumber,
} from './decimal.ts';
import { amountText, positiveText } from './arbitrary.fixture.ts';

const text = (value: string): DecimalText => value as DecimalText;

describe('decimal', () => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(amountText, (value) => {
        expect(isEqual(parse(format(value)), value)).toBe(true);
        expect(format(parse(format(value)))).toBe(format(value));
      }),
    );
  });

  it('writes plain text, never an exponent or minus zero', () => {
    expect(format(text('0.00000000000000000001'))).toBe('0.00000000000000000001');
    expect(format(mul(text('100000000000'), text('100000000000')))).toBe('10000000000000000000000');
    expect(format(negate(text('0')))).toBe('0');
    expect(format(text('-0.0'))).toBe('0');
    expect(format(text('1.50'))).toBe('1.5');
  });

  it('refuses floats and anything that is not a plain decimal', () => {
    expect(() => parse(0.1 as never)).toThrow();
    expect(() => parseUnknown('1e5')).toThrow();
    expect(() => parseUnknown(' 1')).toThrow();
    expect(() => fromNumber(Number.NaN, 8)).toThrow(RangeError);
  });

  it('adds exactly, in any order, and takes back what it added', () => {
    expect(format(add(text('0.1'), text('0.2')))).toBe('0.3');
    fc.assert(
      fc.property(fc.array(amountText, { maxLength: 20 }), (values) => {
        const forward = sum(values);
        expect(isEqual(forward, sum(values.toReversed()))).toBe(true);
        expect(format(values.reduce((left, value) => sub(left, value), forward))).toBe('0');
      }),
    );
  });

  it('multiplies over a sum', () => {
    fc.assert(
      fc.property(amountText, amountText, amountText, (a, b, c) => {
        expect(format(mul(a, add(b, c)))).toBe(format(add(mul(a, b), mul(a, c))));
      }),
    );
  });

  it('divides to the stated places and rounding', () => {
    expect(format(div(text('1'), text('3'), 4, 'down'))).toBe('0.3333');
    expect(format(div(text('1'), text('3'), 4, 'up'))).toBe('0.3334');
    expect(format(div(text('1'), text('8'), 2, 'half-even'))).toBe('0.12');
    expect(format(div(text('1'), text('8'), 2, 'half-up'))).toBe('0.13');
    expect(() => div(text('1'), text('0'), 4, 'down')).toThrow();
    expect(format(round(text('2.345'), 2, 'down'))).toBe('2.34');
  });

  it('orders amounts as numbers do', () => {
    fc.assert(
      fc.property(amountText, amountText, (a, b) => {
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
        expect(compare(min(a, b), max(a, b))).toBeLessThanOrEqual(0);
      }),
    );
    expect(compare(text('9'), text('10'))).toBe(-1);
  });

  it('meets floats only where asked to', () => {
    expect(toNumber(text('0.1'))).toBe(0.1);
    expect(toNumber(parse(text('12345678901234567890')))).toBe(Number('12345678901234567890'));
    expect(format(fromNumber(1e-7, 8))).toBe('0.0000001');
    expect(format(fromNumber(0.1 + 0.2, 8))).toBe('0.3');
  });

  it('divides to the same digit as a division on paper, in every rounding', () => {
    const modes = ['down', 'half-up', 'half-even', 'up'] as const;
    const places = fc.integer({ min: 0, max: 18 });
    const paper = Big();
    fc.assert(
      fc.property(amountText, positiveText, places, (value, divisor, digits) => {
        for (const [mode, rounding] of modes.entries()) {
          paper.DP = digits;
          paper.RM = mode;
          const expected = new paper(value).div(new paper(divisor));
          expect(isEqual(div(value, divisor, digits, rounding), text(expected.toFixed()))).toBe(
            true,
          );
        }
      }),
    );
    expect(() => div(text('1'), text('0'), 8, 'down')).toThrow(RangeError);
  });
});
