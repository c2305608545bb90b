/**
 * The labelled texts that lie beside the repository, split once by a hash of the text: a text is in the
 * same half for ever, wherever it stands, and equal texts are in the same one.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { MoodLabel } from '../../src/core/sentiment/scorer.ts';

export type Half = 'tune' | 'report';

export interface LabelledText {
  readonly text: string;
  readonly truth: MoodLabel;
}

export interface LabelledSet {
  readonly name: string;
  readonly file: string;
  readonly labels: readonly MoodLabel[];
  readonly texts: readonly LabelledText[];
}

/** Where the texts lie beside a clone. */
export const TEXT_FOLDER = new URL('../../../shared/data/text/', import.meta.url);

export interface Part {
  readonly half: Half;
  readonly folder: URL;
}

/** SemEval's texts carry a score; nearer to 0 than this is neutral here. */
const NEUTRAL_SCORE = 0.2;

const Labelled = z.looseObject({
  text: z.string(),
  label: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['negative', 'neutral', 'positive'])),
});
const Scored = z.looseObject({ text: z.string(), score: z.coerce.number().min(-1).max(1) });

export function isTextPresent(folder: URL): boolean {
  return existsSync(folder);
}

export function labelledSets(part: Part): LabelledSet[] {
  return [
    setOf(part, 'crypto, Reddit', 'crypto-reddit-sentiment-a.csv', labelled),
    setOf(part, 'stocks, tweets', 'stock-tweets-sentiment-a.csv', labelled),
    setOf(part, 'finance, phrasebank', 'financial-phrasebank-allagree-a.csv', labelled),
    setOf(part, 'finance, headlines', 'semeval2017-headlines.csv', scored),
  ];
}

export function halfOf(text: string): Half {
  return ((createHash('sha256').update(text).digest()[0] ?? 0) & 1) === 1 ? 'report' : 'tune';
}

function setOf(
  { half, folder }: Part,
  name: string,
  file: string,
  read: (row: Readonly<Record<string, string>>) => LabelledText,
): LabelledSet {
  const texts = rowsOf(new URL(file, folder))
    .map(read)
    .filter(({ text }) => halfOf(text) === half);
  const labels = (['negative', 'neutral', 'positive'] as const).filter((label) =>
    texts.some(({ truth }) => truth === label),
  );
  return { name, file, labels, texts };
}

function labelled(row: Readonly<Record<string, string>>): LabelledText {
  const { text, label } = Labelled.parse(row);
  return { text, truth: label };
}

function scored(row: Readonly<Record<string, string>>): LabelledText {
  const { text, score } = Scored.parse(row);
  if (Math.abs(score) <= NEUTRAL_SCORE) return { text, truth: 'neutral' };
  return { text, truth: score > 0 ? 'positive' : 'negative' };
}

/** CSV with quoted fields that may hold commas, doubled quotes and line ends. */
function rowsOf(file: URL): Record<string, string>[] {
  const text = readFileSync(file, 'utf8');
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g,
  )) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') rows.push([]);
  }
  const [header = [], ...body] = rows.filter((row) => row.length > 1);
  return body.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}
