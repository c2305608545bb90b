/**
 * Whether a text is in English, the only language the lexicon knows. A detector alone calls a quarter
 * of short headlines foreign (docs/sentiment.md), so what is plain is asked first: the script, then
 * the small words; the detector decides only where both are silent.
 */
import { detectAll } from 'tinyld/light';
import { NEGATIONS } from './lexicon/modifiers.ts';

export type LanguageVerdict = 'english' | 'other';

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const ENGLISH = new Set([
  ...NEGATIONS,
  ...wordsOf(`
    the and of to for with from by at as is are was were be been will would could should can has have had this
    that these those it its it's i i'm you your he she we they their our my his her them what why how when who
    which than then there here after before over under into out up down off about against amid on in if or but so
    more most less new says said hits price prices buy sell sells market markets all just now still back gets
    rises falls surges drops launches plans raises crypto's today week month year years first next last`),
]);
/** Small words of the languages feeds are in; none of them is an English word or a coin. */
const FOREIGN = wordsOf(`
  der das und ist nicht auf für mit von dem ein eine einen wird bei nach über sich auch oder dass
  el los las una por para con del que como más pero está según sobre desde tras y
  le les des une est dans sur avec par qui au aux du pas ce cette sont
  il di che della delle degli per sono anche nel alla gli una
  não uma em dos das pelo pela mais foi são ao
  het een voor niet zijn bij naar wordt
  och att som för inte från den är på
  bir ve bu için ile olarak daha
  na się nie jest przez oraz
  yang dan untuk dengan ini itu dari akan
`);

/** A text with a larger share of letters of another script is not ours to read. */
const OTHER_SCRIPT_MAX = 0.3;
/** Below so many characters a detector guesses. */
const DETECTOR_CHARS_MIN = 24;
/** What is read of a text: a language shows early. */
const CHARS_READ = 400;

export function languageOf(text: string): LanguageVerdict {
  const part = text.slice(0, CHARS_READ);
  const letters = part.match(/\p{L}/gu)?.length ?? 0;
  const latin = part.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters - latin > OTHER_SCRIPT_MAX * letters) return 'other';
  const words = part
    .toLowerCase()
    .replace(/https?:\/\/\S{1,500}|[$#@]\w{1,40}/g, ' ')
    .split(/[^\p{L}'’]+/u);
  const english = words.filter((word) => ENGLISH.has(word)).length;
  const foreign = words.filter((word) => FOREIGN.has(word)).length;
  if (english !== foreign) return english > foreign ? 'english' : 'other';
  return detectorSaysOther(words.join(' ').trim()) ? 'other' : 'english';
}

/** The detector is believed only when it does not so much as consider English, and has text enough. */
function detectorSaysOther(text: string): boolean {
  // Without one letter beyond a-z it is wrong more often than right on names and tickers.
  if (text.length < DETECTOR_CHARS_MIN || !/[^\x20-\x7e’]/.test(text)) return false;
  const guesses = detectAll(text);
  return guesses.length > 0 && guesses.every(({ lang }) => lang !== 'en');
}
