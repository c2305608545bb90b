import vader from 'vader-sentiment';
import wink from 'wink-sentiment';
import type { Answer } from './confusion.ts';
import type { LabelledSet } from './labelled-texts.ts';
import { createScorer, labelOf, type MoodLabel } from '../../src/core/sentiment/scorer.ts';

export interface System {
  readonly name: string;
  readonly read: (text: string) => { readonly score: number; readonly label: MoodLabel };
}

/** The band its authors give for VADER's compound score. */
const VADER_BAND = 0.05;

export function answersOf({ texts }: LabelledSet, { read }: System): Answer[] {
  return texts.map(({ text, truth }) => ({ truth, answer: read(text).label }));
}

/** Ours first, and the two general lexicons as their authors ship them. */
export function systems(): System[] {
  const scorer = createScorer();
  return [
    { name: 'nightdesk', read: (text) => scorer.score(text) },
    {
      name: 'vader-sentiment',
      read: (text) =>
        withLabel(vader.SentimentIntensityAnalyzer.polarity_scores(text).compound, VADER_BAND),
    },
    { name: 'wink-sentiment', read: (text) => withLabel(wink(text).normalizedScore, 0) },
  ];
}

function withLabel(score: number, band: number): { score: number; label: MoodLabel } {
  return { score, label: labelOf(score, band) };
}
