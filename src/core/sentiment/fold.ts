/**
 * Undoes what is done to words so that they look the same to people and other to a machine: invisible
 * signs between letters, letters of another script or of mathematics in the place of plain ones. Everything
 * that reads a text reads it folded; people are shown it as it was written.
 */

/** Each letter beside the plain one it looks like: Cyrillic, Greek, Armenian, and Latin of other alphabets. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  `аa еe оo рp сc уy хx іi јj ѕs ԁd һh ӏl ԛq ԝw АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԌG
  αa οo ρp νv ιi κk υu ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX օo սu ոn ıi ɑa ɡg`
    .split(/\s+/)
    .map((pair) => [pair.slice(0, 1), pair.slice(1)] as const),
);

const SIGNS = /[™®©℠]/g;
const INVISIBLE = /[\p{Cf}\p{Mn}\p{Me}]/gu;
const WORD = /[\p{L}\p{N}]+/gu;

export function foldText(text: string): string {
  if (/^[\n\r\t -~]*$/.test(text)) return text;
  // A trademark would become the letters TM of the word before it.
  const plain = text.replace(SIGNS, ' ').normalize('NFKC').replace(INVISIBLE, '');
  return isMostlyLatin(plain) ? plain.replace(WORD, foldWord) : plain;
}

/** In a text of another script its letters are what they are. */
function isMostlyLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return 2 * (text.match(/[a-z]/gi)?.length ?? 0) > letters;
}

function foldWord(word: string): string {
  if (/^[A-Za-z0-9]*$/.test(word)) return word;
  const folded = Array.from(word, (letter) => LOOK_ALIKES.get(letter) ?? letter).join('');
  return /^[A-Za-z0-9]*$/.test(folded) ? folded : word;
}
