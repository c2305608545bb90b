/** What a clause says about each theme in it. */
import type { Theme } from '#core/model/sentiment.ts';
import { themesOf } from './lexicon/themes.ts';
import type { TextScore, TextScorer } from './scorer.ts';

export interface ThemeMood {
  readonly theme: Theme;
  readonly score: number;
  /** 0 to 1. */
  readonly evidence: number;
}

/** Where a clause may turn from one theme to the next (`surges, but the SEC sues`). */
const TURN =
  /[,;:—–()]|\b(?:but|yet|however|while|whereas|although|though|despite|after|as|amid|and)\b/i;

/** One reason is half of the evidence of two. */
export function evidenceOf({ hits }: TextScore): number {
  return Math.min(1, hits.length / 2);
}

/** A clause of one theme says what it says; one of several is parted, and each part speaks for its own. */
export function themeMoods(scorer: TextScorer, clause: string, said: TextScore): ThemeMood[] {
  const themes = themesOf(clause);
  if (themes.length < 2) return moodsOf(themes, said);
  return clause.split(TURN).flatMap((part) => {
    const own = themesOf(part);
    return own.length === 0 ? [] : moodsOf(own, scorer.score(part));
  });
}

function moodsOf(themes: readonly Theme[], said: TextScore): ThemeMood[] {
  const evidence = evidenceOf(said);
  if (evidence === 0) return [];
  return themes.map((theme) => ({ theme, score: said.score, evidence }));
}
