/**
 * The mood of a text towards what it is about, by lexicon and rules. Pure and without memory: the same
 * text has the same score. A model can take its place behind `TextScorer`.
 */
import { findHits, type Hit } from './hits.ts';
import { buildLexicon, type Lexicon } from './lexicon/lexicon.ts';
import { modify } from './modify.ts';
import { tokensOf } from './tokens.ts';
import { clauseWeights } from './weights.ts';

export type MoodLabel = 'negative' | 'neutral' | 'positive';

/** One reason of a score, as written in the text. */
export interface ScoreHit {
  readonly text: string;
  readonly value: number;
}

export interface TextScore {
  /** -1 (as bad as it gets) to 1. */
  readonly score: number;
  readonly label: MoodLabel;
  /** The strongest reasons first, at most `HITS_KEPT`. */
  readonly hits: readonly ScoreHit[];
}

/** What scores a text: this lexicon now, a model later. */
export interface TextScorer {
  score(text: string): TextScore;
}

export interface ScorerOptions {
  /** A score nearer to 0 than this is neutral. */
  readonly neutralBand?: number;
}

export const HITS_KEPT = 8;

/** Chosen on the tune half of the labelled texts: docs/sentiment.md. */
const NEUTRAL_BAND = 0.1;

/**
 * `sum / sqrt(sum^2 + SOFTNESS)` maps the sum of values to -1..1, the form VADER uses (Hutto and
 * Gilbert 2014) with its 15: one strong word (4) gives 0.72, two agreeing ones 0.9.
 */
const SOFTNESS = 15;

export function createScorer(options: ScorerOptions = {}): TextScorer {
  const lexicon = buildLexicon();
  const neutralBand = options.neutralBand ?? NEUTRAL_BAND;
  return { score: (text) => scoreText({ lexicon, neutralBand }, text) };
}

function scoreText(
  { lexicon, neutralBand }: { readonly lexicon: Lexicon; readonly neutralBand: number },
  text: string,
): TextScore {
  const tokens = tokensOf(text);
  const weights = clauseWeights(tokens);
  const hits = modify(tokens, findHits(tokens, lexicon)).map((hit) => ({
    ...hit,
    value: hit.value * (weights[hit.at] ?? 1),
  }));
  const sum = hits.reduce((total, { value }) => total + value, 0);
  const score = sum / Math.sqrt(sum * sum + SOFTNESS);
  return { score, label: labelOf(score, neutralBand), hits: strongest(text, hits, tokens) };
}

export function labelOf(score: number, neutralBand: number): MoodLabel {
  if (score > neutralBand) return 'positive';
  return score < -neutralBand ? 'negative' : 'neutral';
}

function strongest(
  text: string,
  hits: readonly Hit[],
  tokens: ReturnType<typeof tokensOf>,
): ScoreHit[] {
  return hits
    .filter(({ value }) => value !== 0)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, HITS_KEPT)
    .map(({ at, length, value }) => ({
      text: text.slice(tokens[at]?.start, tokens[at + length - 1]?.end),
      value: Math.round(value * 100) / 100,
    }));
}
