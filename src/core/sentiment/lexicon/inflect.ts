/**
 * The regular forms of English words, so that the lists of the lexicon hold one entry for `surge`,
 * `surges`, `surged` and `surging`. Irregular forms are listed with their words.
 */
const DOUBLED = /^(?:[^aeiou]*)[aeiou][bdgklmnprt]$/;

/** `surge` -> surge, surges, surged, surging. */
export function verbForms(verb: string): string[] {
  if (verb.endsWith('e')) return [verb, `${verb}s`, `${verb}d`, `${verb.slice(0, -1)}ing`];
  if (/[^aeiou]y$/.test(verb)) {
    const stem = verb.slice(0, -1);
    return [verb, `${stem}ies`, `${stem}ied`, `${verb}ing`];
  }
  const stem = DOUBLED.test(verb) ? verb + verb.slice(-1) : verb;
  return [
    verb,
    /(?:s|x|z|ch|sh)$/.test(verb) ? `${verb}es` : `${verb}s`,
    `${stem}ed`,
    `${stem}ing`,
  ];
}

/** `scam` -> scam, scams. */
export function nounForms(noun: string): string[] {
  if (/[^aeiou]y$/.test(noun)) return [noun, `${noun.slice(0, -1)}ies`];
  return [noun, /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`];
}
