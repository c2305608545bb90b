import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPattern, matchesPattern } from './pattern.ts';

describe('pattern of pairs', () => {
  test.each([
    ['BTC/USDT', 'BTC/USDT', true],
    ['BTCUP/USDT', '*UP/USDT', true],
    ['UP/USDT', '*UP/USDT', true],
    ['BTC/USDT', '*UP/USDT', false],
    ['USDC/USDT', '?SD?/*', true],
    ['BTC/USDT', 'BTC', false],
    ['BTC/USDT', '*', true],
    ['ABAB/X', '*AB/X', true],
  ])('%s against %s: %s', (text, pattern, isMatch) => {
    expect(matchesPattern(text, pattern)).toBe(isMatch);
  });

  test('agrees with the regular expression of the same meaning', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'B', '/'), maxLength: 10 });
    const pattern = fc.string({ unit: fc.constantFrom('A', 'B', '/', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, pattern, (given, glob) => {
        const meaning = glob.replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesPattern(given, glob)).toBe(new RegExp(`^${meaning}$`).test(given));
      }),
      { numRuns: 500 },
    );
  });

  test('is no regular expression and no lower case', () => {
    expect(['(A+)+', 'btc/*', '', 'A'.repeat(61)].map(isPattern)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
