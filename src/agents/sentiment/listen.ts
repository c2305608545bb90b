/** What becomes of readings: each text goes through coin finder, scorer and guard, and what it says is kept. */
import { MARKET } from '#core/model/sentiment.ts';
import type { CoinText } from '#core/model/sentiment.ts';
import type { CoinScore, CoinScorer } from '#core/sentiment/aspect.ts';
import type { MoodBook } from '#core/sentiment/stream/mood-book.ts';
import type { NewestTexts } from '#core/sentiment/stream/newest-texts.ts';
import type { Reading, TextReading } from '#core/sentiment/stream/reading.ts';
import { foldText } from '#core/sentiment/fold.ts';
import { createTextGuard } from '#core/sentiment/stream/text-guard.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { SourceJudge } from './judge-sources.ts';
import type { SentimentMetrics } from './metrics.ts';

/** What one voice behind a reckoned mood counts beside a text. */
const VOICE = 0.2;

/** Texts are read in parts of so many, a millisecond each at the most: whoever shares the process gets a turn between. */
const AT_ONCE = 20;

export interface ListenerParts {
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly scorer: CoinScorer;
  readonly metrics: Pick<SentimentMetrics, 'text'>;
  readonly book: MoodBook;
  readonly newest: NewestTexts;
  readonly judge: SourceJudge;
  readonly priceOf: (coin: string) => number | undefined;
}

export type Listener = (readings: readonly Reading[], signal: AbortSignal) => Promise<void>;

export function listener(parts: ListenerParts): Listener {
  const { clock, scorer, metrics, book, newest, judge, priceOf } = parts;
  const guard = createTextGuard();

  function takeText(reading: TextReading, nowMs: number): void {
    const text = foldText(reading.text);
    let found: readonly CoinScore[] = [];
    const about = (): readonly string[] => {
      found = scorer.scorePerCoin(text);
      return found.map(({ coin }) => coin);
    };
    const verdict = guard.judge({ ...reading, text }, about, nowMs);
    if (verdict.kind !== 'counts') {
      metrics.text(verdict.kind);
      return;
    }
    metrics.text(found.length > 0 ? 'counts' : 'no-coin');
    const { source, atMs } = reading;
    const { story } = verdict;
    for (const one of found) {
      const { coin, score, confidence, themes } = one;
      const word = { source, atMs, score, weight: verdict.weight * confidence, story, themes };
      book.add(coin, word);
      book.add(MARKET, word);
      newest.add(coin, shown(reading, one), story);
      judge.note({ source, coin, score, atMs, price: priceOf(coin), nowMs });
    }
    const [surest] = found.toSorted((a, b) => b.confidence - a.confidence);
    if (surest !== undefined) newest.add(MARKET, shown(reading, surest), story);
  }

  function takeOne(given: Reading): void {
    const nowMs = clock.now();
    // What comes from the future would never fade.
    const reading = { ...given, atMs: Math.min(given.atMs, nowMs) };
    if (reading.kind === 'text') {
      takeText(reading, nowMs);
      return;
    }
    const { source, coin, atMs, score, voices } = reading;
    book.add(coin, { source, atMs, score, weight: voices * VOICE, isReckoned: true });
  }

  return async (readings, signal) => {
    for (let from = 0; from < readings.length; from += AT_ONCE) {
      if (from > 0) await clock.sleep(1, signal);
      for (const reading of readings.slice(from, from + AT_ONCE)) takeOne(reading);
    }
    const campaigns = guard.takeCampaigns();
    book.takeBack(campaigns);
    newest.takeBack(campaigns);
  };
}

function shown({ source, atMs, text }: TextReading, said: CoinScore): CoinText {
  const { score, confidence, reasons } = said;
  return { source, atMs, text, score, confidence, reasons: [...reasons] };
}
