import { SOURCE_NAMES } from '#sources/sentiment/config.ts';
import { WAITING_MAX } from './judge-sources.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';

export const TEXT_OUTCOMES = [
  'counts',
  'no-coin',
  'known',
  'story',
  'burst',
  'foreign',
  'old',
] as const;
export type TextOutcome = (typeof TEXT_OUTCOMES)[number];

const READ_OUTCOMES = ['ok', 'partly', 'failed'] as const;
type ReadOutcome = (typeof READ_OUTCOMES)[number];

export interface SentimentMetrics {
  text(outcome: TextOutcome): void;
  read(source: string, outcome: ReadOutcome): void;
  reputation(source: string, factor: number): void;
  coins(count: number): void;
  wordsWaiting(count: number): void;
}

/** Declares the sentiment agent's metrics; called once per process. */
export function sentimentMetrics(metrics: Metrics, enabled: readonly string[]): SentimentMetrics {
  const texts = metrics.counter({
    name: 'sentiment_texts_total',
    help: 'Texts by what became of them: counted, without a coin, seen before, the same story, part of a burst, in another language, too old.',
    labels: ['outcome'],
  });
  const reads = metrics.counter({
    name: 'sentiment_reads_total',
    help: 'Reads of a source by outcome; partly: some of its feeds or lists failed.',
    labels: ['source', 'outcome'],
  });
  const reputation = metrics.gauge({
    name: 'sentiment_source_reputation_ratio',
    help: 'What the record of a source makes of its weight: 0.5 to 1.5.',
    labels: ['source'],
  });
  const coins = metrics.gauge({
    name: 'sentiment_coins',
    help: 'Coins of which a mood is known.',
  });
  const waiting = metrics.gauge({
    name: 'sentiment_words_waiting',
    help: 'Strong words whose source is judged when they are due.',
  });
  const waitingLimit = metrics.gauge({
    name: 'sentiment_words_waiting_limit',
    help: 'So many may wait; more are not taken.',
  });
  waiting.set(0);
  waitingLimit.set(WAITING_MAX);
  for (const outcome of TEXT_OUTCOMES) texts.inc({ outcome }, 0);
  for (const source of SOURCE_NAMES.filter((name) => enabled.includes(name))) {
    for (const outcome of READ_OUTCOMES) reads.inc({ source, outcome }, 0);
  }
  return {
    text: (outcome) => texts.inc({ outcome }),
    read: (source, outcome) => reads.inc({ source, outcome }),
    reputation: (source, factor) => reputation.set({ source }, factor),
    coins: (count) => coins.set(count),
    wordsWaiting: (count) => waiting.set(count),
  };
}
