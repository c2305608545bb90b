import type { MoodLabel } from '../../src/core/sentiment/scorer.ts';

/** What people said of a text, and what a system did. */
export interface Answer {
  readonly truth: MoodLabel;
  readonly answer: MoodLabel;
}

export interface ClassFigures {
  readonly label: MoodLabel;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface Figures {
  readonly texts: number;
  readonly accuracy: number;
  /** Plain mean of the classes' F1: a small class counts as much as a large one. */
  readonly macroF1: number;
  readonly classes: readonly ClassFigures[];
}

/**
 * Figures over the classes that people used. An answer that is none of them (neutral on a set without
 * neutral) is wrong: it lowers accuracy and recall, and no precision.
 */
export function figuresOf(answers: readonly Answer[], labels: readonly MoodLabel[]): Figures {
  const classes = labels.map((label) => classFigures(answers, label));
  return {
    texts: answers.length,
    accuracy: share(answers.filter(({ truth, answer }) => truth === answer).length, answers.length),
    macroF1: share(
      classes.reduce((sum, { f1 }) => sum + f1, 0),
      classes.length,
    ),
    classes,
  };
}

function classFigures(answers: readonly Answer[], label: MoodLabel): ClassFigures {
  const said = answers.filter(({ answer }) => answer === label).length;
  const meant = answers.filter(({ truth }) => truth === label).length;
  const both = answers.filter(({ truth, answer }) => truth === label && answer === label).length;
  return {
    label,
    precision: share(both, said),
    recall: share(both, meant),
    f1: share(2 * both, said + meant),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
