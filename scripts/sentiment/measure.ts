import type { MoodLabel } from '../../src/core/sentiment/scorer.ts';
import { type Figures, figuresOf } from './confusion.ts';
import { type Gain, gainOver } from './gain.ts';
import { type LabelledSet, labelledSets, type Part } from './labelled-texts.ts';
import { type System, systems } from './systems.ts';

export interface Accuracy {
  readonly set: LabelledSet;
  readonly system: string;
  readonly figures: Figures;
  /** By the sign of the score alone, for sets without neutral. */
  readonly bySign: Figures | undefined;
}

export interface Speed {
  readonly name: string;
  readonly textsPerSecond: number;
}

const SPEED_ROUNDS = 3;

export function measureAccuracy(part: Part): Accuracy[] {
  return labelledSets(part).flatMap((set) => systems().map((system) => accuracyOf(set, system)));
}

function accuracyOf(set: LabelledSet, { name, read }: System): Accuracy {
  const answers = set.texts.map(({ text, truth }) => ({ truth, ...read(text) }));
  const figures = figuresOf(
    answers.map(({ truth, label }) => ({ truth, answer: label })),
    set.labels,
  );
  const bySign = set.labels.includes('neutral')
    ? undefined
    : figuresOf(
        answers.map(({ truth, score }) => ({ truth, answer: signOf(score) })),
        set.labels,
      );
  return { set, system: name, figures, bySign };
}

function signOf(score: number): MoodLabel {
  if (score === 0) return 'neutral';
  return score > 0 ? 'positive' : 'negative';
}

export function measureGains(part: Part): (Gain & { readonly set: string })[] {
  const [ours, ...others] = systems();
  if (ours === undefined) return [];
  return labelledSets(part).map((set) => ({ set: set.name, ...gainOver(set, ours, others) }));
}

export function gainText({ gain, low, high }: Gain): string {
  const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
  return `${signed(gain)} macro-F1 over the better one (95 %: ${signed(low)} to ${signed(high)})`;
}

/** Over all labelled texts of both halves, the best of some rounds. */
export function measureSpeed(folder: URL): Speed[] {
  const texts = (['tune', 'report'] as const)
    .flatMap((half) => labelledSets({ half, folder }))
    .flatMap((set) => set.texts.map(({ text }) => text));
  return systems().map(({ name, read }) => {
    const rounds = Array.from({ length: SPEED_ROUNDS }, () => {
      const startedMs = performance.now();
      for (const text of texts) read(text);
      return (texts.length / (performance.now() - startedMs)) * 1000;
    });
    return { name, textsPerSecond: Math.max(...rounds) };
  });
}

export function accuracyRows(all: readonly Accuracy[]): string[][] {
  const head = ['set', 'texts', 'system', 'accuracy', 'macro-F1', 'by sign'];
  const perClass = ['negative P/R/F1', 'neutral P/R/F1', 'positive P/R/F1'];
  return [
    [...head, ...perClass],
    ...all.map(({ set, system, figures, bySign }) => [
      set.name,
      String(figures.texts),
      system,
      figures.accuracy.toFixed(3),
      figures.macroF1.toFixed(3),
      bySign?.macroF1.toFixed(3) ?? '-',
      ...(['negative', 'neutral', 'positive'] as const).map((label) => classCell(figures, label)),
    ]),
  ];
}

function classCell({ classes }: Figures, label: MoodLabel): string {
  const found = classes.find((entry) => entry.label === label);
  if (found === undefined) return '-';
  return [found.precision, found.recall, found.f1].map((value) => value.toFixed(2)).join('/');
}
