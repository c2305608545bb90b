import afinn from 'wink-sentiment/src/afinn-en-165.js';
import winkEmoji from 'wink-sentiment/src/emojis.js';

/**
 * The general words under ours: AFINN-165 and the emoji values as wink-sentiment ships them. Only its
 * data is loaded; its tokenizer and its scoring are not (docs/sentiment.md has the figures). Words that
 * mean something else at a market lose their value here: a share is no gift, a demand no complaint.
 */
const OF_OTHER_MEANING = new Set(
  `share shares shared sharing interest interests interested limited demand demands demanded block blocks
  blocked blocking hard stake stakes alert alerts critical gross alternative no yes want wants wanted like
  likes liked matter matters fine big top reach reached reaches reaching join joined joins joining united
  commit committed commits chance chances number god please pay vested natural cut cuts cutting exposed
  exposure expose poised pressure charge charged charges ready clear clearly fresh true drop drops dropped
  bonus cover covers straight sorry prosecution sex kind collateral dear legal legally anti debt debts
  loan loans tax taxes short shorts cash ease eased mine bomb curious funny lol lmao rofl haha hahaha
  ghost hide hiding escape escapes pretty certain certainly dream dreams welcome thank thanks allow allows
  allowed agree agreed agrees stop stops stopped stopping pause fire fired hot cold burn burning burned
  sink sinks sinking problem problems issue issues substantial substantially granting grant grants
  care cares hope hopes hoping energy worth value feeling work works worked working asset assets gold important outstanding
  suitable focused granted responsible consent await awaits leave profit alone crude empty cool clarity charm
  intelligence pardon spare attack attacks hell damn fuck fucking fucked shit ass huge`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

export function baseWords(): ReadonlyMap<string, number> {
  return new Map(Object.entries(afinn).filter(([word]) => !OF_OTHER_MEANING.has(word)));
}

export function baseEmoji(): ReadonlyMap<string, number> {
  return new Map(Object.entries(winkEmoji));
}
