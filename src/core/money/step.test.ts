import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { amountText, positiveText } from './arbitrary.fixture.ts';
import { compare, format, isEqual, sub } from './decimal.ts';
import { ceilToStep, floorToStep, isOnStep, roundToStep } from './step.ts';

const text = (value: string): DecimalText => value as DecimalText;

describe('rounding to a venue step', () => {
  it('never goes above when flooring nor below when ceiling, and stays within one step', () => {
    fc.assert(
      fc.property(amountText, positiveText, (value, step) => {
        const floor = floorToStep(value, step);
        const ceil = ceilToStep(value, step);
        expect(compare(floor, value)).toBeLessThanOrEqual(0);
        expect(compare(ceil, value)).toBeGreaterThanOrEqual(0);
        expect(compare(sub(value, floor), step)).toBe(-1);
        expect(compare(sub(ceil, value), step)).toBe(-1);
        expect(isOnStep(floor, step) && isOnStep(ceil, step)).toBe(true);
        expect(isOnStep(roundToStep(value, step), step)).toBe(true);
      }),
    );
  });

  it('leaves a value that is on the step', () => {
    fc.assert(
      fc.property(amountText, positiveText, (value, step) => {
        const floor = floorToStep(value, step);
        expect(isEqual(floorToStep(floor, step), floor)).toBe(true);
        expect(isEqual(ceilToStep(floor, step), floor)).toBe(true);
        expect(isEqual(roundToStep(floor, step), floor)).toBe(true);
      }),
    );
  });

  it('rounds as a venue with a tick of 0.01 and a lot of 0.00001 does', () => {
    expect(format(floorToStep(text('123.456'), text('0.01')))).toBe('123.45');
    expect(format(ceilToStep(text('123.451'), text('0.01')))).toBe('123.46');
    expect(format(floorToStep(text('0.000019'), text('0.00001')))).toBe('0.00001');
    expect(format(floorToStep(text('-1.5'), text('1')))).toBe('-2');
    expect(format(ceilToStep(text('-1.5'), text('1')))).toBe('-1');
    expect(format(roundToStep(text('2.5'), text('1')))).toBe('2');
  });

  it('takes a step of 0 as no step', () => {
    expect(format(floorToStep(text('1.23'), text('0')))).toBe('1.23');
    expect(format(ceilToStep(text('1.23'), text('0.00')))).toBe('1.23');
    expect(format(roundToStep(text('1.23'), text('0')))).toBe('1.23');
    expect(isOnStep(text('1.23'), text('0'))).toBe(true);
  });
});
