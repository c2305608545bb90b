import { expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { profitFraction } from './profit-fraction.ts';

it.each([
  ['4', '200', 0.02],
  ['-1.5', '100', -0.015],
  ['0', '100', 0],
  ['3', '0', undefined],
])('%s over %s is %s', (profit, paid, fraction) => {
  expect(profitFraction(profit as DecimalText, paid as DecimalText)).toBe(fraction);
});
