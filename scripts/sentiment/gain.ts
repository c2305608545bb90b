import { seededRandom } from '../../src/platform/random.ts';
import { type Answer, figuresOf } from './confusion.ts';
import type { LabelledSet } from './labelled-texts.ts';
import { answersOf, type System } from './systems.ts';

export interface Gain {
  /** Macro-F1 over the better one of the others. */
  readonly gain: number;
  /** Where 95 of 100 redrawn samples of the same texts lie. */
  readonly low: number;
  readonly high: number;
}

const REDRAWS = 1000;
const SEED = 'gain';

/** The gain, and how far the choice of texts moves it: a paired bootstrap over the texts. */
export function gainOver(set: LabelledSet, ours: System, others: readonly System[]): Gain {
  const own = answersOf(set, ours);
  const theirs = others.map((system) => answersOf(set, system));
  const random = seededRandom(SEED);
  const gainOf = (picks: readonly number[]): number => {
    const macro = (answers: readonly Answer[]): number =>
      figuresOf(
        picks.flatMap((i) => answers[i] ?? []),
        set.labels,
      ).macroF1;
    return macro(own) - Math.max(...theirs.map(macro));
  };
  const every = own.map((_, i) => i);
  const redrawn = Array.from({ length: REDRAWS }, () =>
    gainOf(every.map(() => random.int(own.length))),
  ).toSorted((a, b) => a - b);
  return {
    gain: gainOf(every),
    low: redrawn[Math.floor(0.025 * REDRAWS)] ?? 0,
    high: redrawn[Math.floor(0.975 * REDRAWS)] ?? 0,
  };
}
