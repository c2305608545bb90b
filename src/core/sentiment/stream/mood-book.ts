/**
 * What is written about each coin, and what it comes to. A word loses half of its weight in each
 * half-life; the mean is drawn to nothing while there is little evidence, so two posts make no mood.
 * Bounded: so many words a coin, so many coins.
 */
import { MARKET } from '#core/model/sentiment.ts';
import type { CoinSentiment, Theme } from '#core/model/sentiment.ts';
import type { ThemeScore } from '../aspect.ts';

const WORDS_MAX = 300;
const COINS_MAX = 400;
/** So much weight of evidence is half of a full confidence. */
const EVIDENCE_HALF = 4;
const DAY_MS = 86_400_000;
/** A word that has faded to this is gone. */
const FADED = 0.01;

export interface Word {
  readonly source: string;
  readonly atMs: number;
  readonly score: number;
  readonly weight: number;
  /** Of a text: what it says about each theme. */
  readonly themes?: readonly ThemeScore[] | undefined;
  /** Of a text: its story, to be taken back when that turns out to be bought. */
  readonly story?: number | undefined;
  /** Of a mood that somebody else reckons: it takes the place of what that source said before. */
  readonly isReckoned?: boolean | undefined;
}

export interface MoodBook {
  add(coin: string, word: Word): void;
  takeBack(stories: readonly number[]): void;
  coins(): readonly string[];
  mood(coin: string, nowMs: number): CoinSentiment | undefined;
}

export function createMoodBook(options: {
  readonly halfLifeMs: () => number;
  /** What a source's words weigh. */
  readonly weightOf: (source: string) => number;
}): MoodBook {
  const words = new Map<string, Word[]>();
  const daily = new Map<string, { readonly atMs: number; readonly score: number }[]>();

  /** What age has left of a word, 0 to 1. */
  const leftAt = (nowMs: number) => (word: Word) =>
    0.5 ** (Math.max(0, nowMs - word.atMs) / options.halfLifeMs());

  function fadedAt(word: Word, nowMs: number): number {
    return word.weight * options.weightOf(word.source) * leftAt(nowMs)(word);
  }

  function scoreDayAgo(coin: string, nowMs: number, score: number): number | undefined {
    const points = (daily.get(coin) ?? []).filter(({ atMs }) => atMs <= nowMs);
    const last = points.at(-1);
    if (last === undefined || nowMs - last.atMs >= DAY_MS / 24) points.push({ atMs: nowMs, score });
    while ((points[0]?.atMs ?? nowMs) < nowMs - 1.1 * DAY_MS) points.shift();
    daily.set(coin, points);
    const [first] = points;
    return first !== undefined && nowMs - first.atMs >= 0.9 * DAY_MS ? first.score : undefined;
  }

  return {
    add: (coin, word) => {
      // A word without weight says nothing and would only push out one that does.
      if (word.weight <= 0) return;
      if (!words.has(coin) && words.size >= COINS_MAX && coin !== MARKET) return;
      const before = words.get(coin) ?? [];
      const list = word.isReckoned === true ? before.filter(isNotOf(word.source)) : before;
      list.push(word);
      if (list.length > WORDS_MAX) list.splice(oldestOfLoudest(list), 1);
      words.set(coin, list);
    },
    takeBack: (stories) => {
      if (stories.length === 0) return;
      for (const [coin, list] of words) {
        words.set(
          coin,
          list.filter(({ story }) => story === undefined || !stories.includes(story)),
        );
      }
    },
    coins: () => [...words.keys()],
    mood: (coin, nowMs) => {
      const kept = (words.get(coin) ?? [])
        .filter((word) => fadedAt(word, nowMs) > FADED)
        // The clock was set back: what is of the future would never fade.
        .map((word) => (word.atMs > nowMs ? { ...word, atMs: nowMs } : word));
      if (kept.length === 0) {
        words.delete(coin);
        daily.delete(coin);
        return undefined;
      }
      words.set(coin, kept);
      const of: Measures = { weight: (word) => fadedAt(word, nowMs), left: leftAt(nowMs) };
      const all = summed(kept, of);
      const score = all.sum / (all.weight + EVIDENCE_HALF);
      const before = scoreDayAgo(coin, nowMs, score);
      return {
        coin,
        score: bounded(score),
        confidence: (all.weight / (all.weight + EVIDENCE_HALF)) * agreement(all),
        mentions: all.count,
        ...(before === undefined ? {} : { changeDay: score - before }),
        atMs: nowMs,
        themes: themesAt(kept, of),
        sources: sourcesAt(kept, of),
      };
    },
  };
}

/** Whoever says most makes room: a flood of posts must not wash the others away. */
function oldestOfLoudest(list: readonly Word[]): number {
  const counts = new Map<string, number>();
  for (const { source } of list) counts.set(source, (counts.get(source) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return list.findIndex(({ source }) => counts.get(source) === most);
}

/** Texts of a source stay beside what it reckons. */
function isNotOf(source: string): (word: Word) => boolean {
  return (word) => word.isReckoned !== true || word.source !== source;
}

function sourcesAt(words: readonly Word[], of: Measures): CoinSentiment['sources'] {
  const sources = [...new Set(words.map(({ source }) => source))].slice(0, 20);
  return sources.map((source) => {
    const { sum, weight, count } = summed(
      words.filter((word) => word.source === source),
      of,
    );
    return { source, score: sum / weight, mentions: count };
  });
}

/** What the words about each theme come to, most written about first. */
function themesAt(words: readonly Word[], of: Measures): CoinSentiment['themes'] {
  const byTheme = new Map<Theme, Word[]>();
  for (const word of words) {
    for (const { theme, score } of word.themes ?? []) {
      byTheme.getOrInsertComputed(theme, () => []).push({ ...word, score });
    }
  }
  return [...byTheme]
    .map(([theme, about]) => {
      const { sum, weight, count } = summed(about, of);
      return { theme, score: bounded(sum / weight), mentions: count };
    })
    .toSorted((a, b) => b.mentions - a.mentions);
}

interface Measures {
  readonly weight: (word: Word) => number;
  readonly left: (word: Word) => number;
}

interface Sum {
  readonly sum: number;
  readonly weight: number;
  readonly size: number;
  readonly count: number;
}

function summed(words: readonly Word[], of: Measures): Sum {
  let [sum, weight, size, count] = [0, 0, 0, 0];
  for (const word of words) {
    const own = of.weight(word);
    sum += own * word.score;
    size += own * Math.abs(word.score);
    weight += own;
    count += of.left(word);
  }
  return { sum, weight, size, count };
}

/** Half when good and bad cancel out, the whole when all say the same. */
function agreement({ sum, size }: Sum): number {
  return size > 0 ? 0.5 + 0.5 * (Math.abs(sum) / size) : 0.5;
}

function bounded(score: number): number {
  return Math.max(-1, Math.min(1, score));
}
