import { describe, expect, test } from 'vitest';
import { safeText } from './safe-text.ts';

describe('text of strangers', () => {
  test.each([
    ['colours', '\u001b[31mBTC\u001b[0m up', '[31mBTC [0m up'],
    ['a title', '\u001b]0;owned\u0007BTC', ']0;owned BTC'],
    ['one byte controls', 'BTC\u009b2Jup', 'BTC 2Jup'],
    ['lines', 'BTC\r\nETH\tSOL', 'BTC ETH SOL'],
    ['other lines', 'BTC\u2028ETH\u2029SOL\u0085', 'BTC ETH SOL'],
    ['directions', 'BTC\u202eWOC\u2066', 'BTC WOC'],
    ['half a character', 'BTC \ud83d', 'BTC'],
  ])('has no %s', (_what, text, shown) => expect(safeText(text, 80)).toBe(shown));

  test('is cut between characters', () => {
    expect(safeText('\u{1F680}\u{1F680}\u{1F680}', 2)).toBe('\u{1F680}…');
    expect(safeText('\u{1F680}\u{1F680}', 2)).toBe('\u{1F680}\u{1F680}');
  });
});
