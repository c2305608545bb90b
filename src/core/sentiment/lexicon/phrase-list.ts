/**
 * Phrases by value, one a line; their words stand for all their forms that the lexicon knows
 * (`file for bankruptcy` also reads `filed for bankruptcy`). The longest phrase at a place counts, its
 * words do not. A 0 takes the mood from words that have none in this company.
 */
export interface PhraseList {
  readonly value: number;
  readonly phrases: string;
}
