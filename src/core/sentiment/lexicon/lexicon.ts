import { baseEmoji, baseWords } from './base.ts';
import { DIRECTIONS } from './directions.ts';
import { nounForms, verbForms } from './inflect.ts';
import { IRREGULAR } from './irregular.ts';
import { BAD_PHRASES } from './bad-phrases.ts';
import { GOOD_PHRASES } from './good-phrases.ts';
import type { PhraseList } from './phrase-list.ts';
import { PLAIN_PHRASES } from './plain-phrases.ts';
import { BAD_WORDS, GOOD_WORDS, MARKET_EMOJI } from './words.ts';

export interface WordValue {
  /** On AFINN's scale, -5 to 5. */
  readonly value: number;
  /** Whether the word says which way a quantity went: its sign depends on the quantity. */
  readonly isDirection: boolean;
}

interface PhraseNode {
  value: number | undefined;
  readonly next: Map<string, PhraseNode>;
}

export interface Phrase {
  readonly value: number;
  /** How many words it takes. */
  readonly length: number;
}

export interface Lexicon {
  word(lower: string): WordValue | undefined;
  emoji(text: string): number | undefined;
  /** The longest phrase that begins at `from` of `words`. */
  phraseAt(words: readonly string[], from: number): Phrase | undefined;
  readonly size: { readonly words: number; readonly phrases: number };
}

/** Ours over wink-sentiment's: directions first, then market words, then the base. */
export function buildLexicon(): Lexicon {
  const words = new Map<string, WordValue>();
  for (const [word, value] of baseWords()) words.set(word, { value, isDirection: false });
  for (const { value, verbs, nouns, exact } of [...GOOD_WORDS, ...BAD_WORDS]) {
    for (const form of formsOf({ verbs, nouns, exact }))
      words.set(form, { value, isDirection: false });
  }
  for (const { value, verbs, exact } of DIRECTIONS) {
    for (const form of formsOf({ verbs, exact })) words.set(form, { value, isDirection: true });
  }
  const emoji = new Map([...baseEmoji(), ...Object.entries(MARKET_EMOJI)]);
  const lemmas = new Map(
    IRREGULAR.flatMap((forms) => forms.map((form) => [form, forms[0] ?? form] as const)),
  );
  const { root, count } = phraseTree([...GOOD_PHRASES, ...BAD_PHRASES, ...PLAIN_PHRASES], lemmas);
  return {
    word: (lower) => words.get(lower),
    emoji: (text) => emoji.get(text),
    phraseAt: (list, from) => longestPhrase({ root, lemmas }, list, from),
    size: { words: words.size, phrases: count },
  };
}

function formsOf(lists: {
  readonly verbs?: string | undefined;
  readonly nouns?: string | undefined;
  readonly exact?: string | undefined;
}): string[] {
  return [
    ...listed(lists.verbs).flatMap(verbForms),
    ...listed(lists.nouns).flatMap(nounForms),
    ...listed(lists.exact),
  ];
}

function listed(text: string | undefined): string[] {
  return text === undefined ? [] : text.trim().split(/\s+/);
}

function phraseTree(
  lists: readonly PhraseList[],
  lemmas: ReadonlyMap<string, string>,
): { root: PhraseNode; count: number } {
  const root: PhraseNode = { value: undefined, next: new Map() };
  let count = 0;
  for (const { value, phrases } of lists) {
    for (const phrase of phrases.trim().split('\n')) {
      let node = root;
      for (const word of listed(phrase)) {
        const key = lemmas.get(word) ?? word;
        const next = node.next.get(key) ?? {
          value: undefined,
          next: new Map<string, PhraseNode>(),
        };
        node.next.set(key, next);
        node = next;
      }
      node.value = value;
      count += 1;
    }
  }
  return { root, count };
}

function longestPhrase(
  { root, lemmas }: { readonly root: PhraseNode; readonly lemmas: ReadonlyMap<string, string> },
  words: readonly string[],
  from: number,
): Phrase | undefined {
  let node: PhraseNode | undefined = root;
  let found: Phrase | undefined;
  for (let at = from; at < words.length; at += 1) {
    const word = words[at] ?? '';
    node = node.next.get(lemmas.get(word) ?? word);
    if (node === undefined) break;
    if (node.value !== undefined) found = { value: node.value, length: at - from + 1 };
  }
  return found;
}
