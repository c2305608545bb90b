import { expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { amountText, durationText, percentText, signedText } from './amount-text.ts';

it.each([
  ['0', '0'],
  ['1234.5678', '1234.57'],
  ['-1.005', '-1'],
  ['0.00012345', '0.000123'],
  ['-0.5', '-0.5'],
])('the amount %s reads %s', (amount, text) => {
  expect(amountText(DecimalText.parse(amount))).toBe(text);
});

it('a profit has a sign, nothing has none', () => {
  expect(['2.5', '0', '-2.5'].map((text) => signedText(DecimalText.parse(text)))).toEqual([
    '+2.5',
    '0',
    '-2.5',
  ]);
});

it.each([
  [0, '0 s'],
  [499, '0 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [90_061_000, '1 d 1 h'],
  [-5, '0 s'],
])('%i ms read %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it('a fraction reads as percent', () => {
  expect(percentText(0.01545)).toBe('1.54 %');
});
