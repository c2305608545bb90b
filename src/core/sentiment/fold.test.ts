import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldText } from './fold.ts';

describe('a text that hides from machines', () => {
  test.each([
    ['an invisible space', 'this gem is a sc\u200bam', 'this gem is a scam'],
    ['a soft hyphen', 'rug\u00ad pull', 'rug pull'],
    ['a reversed run', '\u202eto the moon\u202c', 'to the moon'],
    ['signs above and below', 'm\u0337o\u0337o\u0337n soon', 'moon soon'],
    ['a Cyrillic letter', 'this gеm will mооn', 'this gem will moon'],
    ['a ticker all in Cyrillic', 'buy ВТС before it is too late', 'buy BTC before it is too late'],
    ['Greek letters', 'Βitcοin will rise', 'Bitcoin will rise'],
    ['letters of mathematics', '𝐁𝐢𝐭𝐜𝐨𝐢𝐧 to the 𝓶𝓸𝓸𝓷', 'Bitcoin to the moon'],
    ['wide letters', 'ＢＵＹ now', 'BUY now'],
    ['a trademark', 'Ripple™ wins', 'Ripple  wins'],
  ])('is read as it looks: %s', (_, text, expected) => {
    expect(foldText(text)).toBe(expected);
  });

  test.each([
    'Биткоин вырос до нового максимума',
    'Ο Bitcoin ανέβηκε σήμερα πολύ ψηλά',
    'Café prices are up – “very” much 🚀',
    'the naïve Bitcoin düşüş',
    'plain words only, 5 % up',
  ])('of letters that are what they are stays: %s', (text) => {
    expect(foldText(text)).toBe(text);
  });

  test('is folded once and for all, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const once = foldText(text);
        expect(/[\u200b-\u200f\u202a-\u202e]/.test(once)).toBe(false);
        expect(typeof foldText(once)).toBe('string');
      }),
    );
  });
});
