import { describe, expect, test } from 'vitest';
import { BAD_PHRASES } from './bad-phrases.ts';
import { DIRECTIONS } from './directions.ts';
import { GOOD_PHRASES } from './good-phrases.ts';
import { nounForms, verbForms } from './inflect.ts';
import { buildLexicon } from './lexicon.ts';
import { PLAIN_PHRASES } from './plain-phrases.ts';
import { BAD_WORDS, GOOD_WORDS, type WordList } from './words.ts';

const lexicon = buildLexicon();
const listed = (text: string | undefined): string[] => text?.trim().split(/\s+/) ?? [];

function repeated(list: readonly string[]): string[] {
  return list.filter((entry, i) => list.indexOf(entry) !== i);
}

describe('the lists', () => {
  test('give each word one value', () => {
    const lists: readonly WordList[] = [...GOOD_WORDS, ...BAD_WORDS, ...DIRECTIONS];
    const words = lists.flatMap(({ verbs, nouns, exact }) => [
      ...listed(verbs).flatMap(verbForms),
      ...listed(nouns).flatMap(nounForms),
      ...listed(exact),
    ]);
    expect(repeated(words)).toEqual([]);
  });

  test('give each phrase one value', () => {
    const phrases = [...GOOD_PHRASES, ...BAD_PHRASES, ...PLAIN_PHRASES].flatMap((list) =>
      list.phrases
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    );
    expect(repeated(phrases)).toEqual([]);
    expect(lexicon.size.phrases).toBe(phrases.length);
  });
});

describe('the lexicon', () => {
  test('lies over the general one', () => {
    expect(lexicon.word('excellent')?.value).toBeGreaterThan(0);
    expect(lexicon.word('share')).toBeUndefined();
    expect(lexicon.word('bearish')?.value).toBeLessThan(0);
    expect(lexicon.size.words).toBeGreaterThan(3000);
  });

  test('knows a phrase in all forms of its verbs, and the longest one', () => {
    const at = (text: string): number | undefined => lexicon.phraseAt(text.split(' '), 0)?.length;
    expect(at('filed for bankruptcy today')).toBe(3);
    expect(at('swung to a net profit')).toBe(5);
    expect(at('all time high')).toBe(3);
    expect(at('all time')).toBeUndefined();
  });
});

test.each([
  ['surge', ['surge', 'surges', 'surged', 'surging']],
  ['plan', ['plan', 'plans', 'planned', 'planning']],
  ['rally', ['rally', 'rallies', 'rallied', 'rallying']],
  ['crash', ['crash', 'crashes', 'crashed', 'crashing']],
])('the forms of %s', (verb, forms) => expect(verbForms(verb)).toEqual(forms));

test('plurals', () => {
  expect(nounForms('opportunity')).toEqual(['opportunity', 'opportunities']);
  expect(nounForms('loss')).toEqual(['loss', 'losses']);
});
