/**
 * Holds strong words against where the price went some hours later. Only words that are new are taken,
 * one an hour of a source, coin and side, and none from before this life: what was read before a restart
 * is read again after it, and its words wait already where the last life kept them. Bounded.
 */
import { z } from 'zod';
import type { Reputation } from '#core/sentiment/stream/reputation.ts';

export const WAITING_MAX = 2_000;

const WaitingWord = z.strictObject({
  source: z.string().max(40),
  coin: z.string().max(20),
  side: z.union([z.literal(1), z.literal(-1)]),
  /** When it was said. */
  price: z.number().positive(),
  dueMs: z.number(),
});
export const WaitingWords = z.array(WaitingWord).max(WAITING_MAX);
export type WaitingWords = readonly z.output<typeof WaitingWord>[];

/** Weaker words promise nothing. */
const STRONG = 0.3;
/** A smaller move tells nothing. */
const MOVE_MIN = 0.002;
/** The price that is known now is not the one of words older than this. */
const FRESH_MS = 30 * 60_000;
/** A word whose price is not known when it is due waits for so long. */
const PATIENCE_MS = 3_600_000;
/** Many posts on one coin within it are one word: they will all be right or all be wrong. */
const ONE_WORD_MS = 3_600_000;
/** Nothing waits longer: what seems to was noted by a clock that ran ahead. */
const WAIT_MS_MAX = 8 * 86_400_000;

interface Said {
  readonly source: string;
  readonly coin: string;
  readonly score: number;
  readonly atMs: number;
  readonly price: number | undefined;
  readonly nowMs: number;
}

export interface SourceJudge {
  note(said: Said): void;
  judge(priceOf: (coin: string) => number | undefined, nowMs: number): void;
  waiting(): WaitingWords;
}

export function sourceJudge(options: {
  readonly reputation: Reputation;
  readonly afterMs: () => number;
  /** Start of this life. */
  readonly sinceMs: number;
  /** Of the life before. */
  readonly waiting: WaitingWords;
}): SourceJudge {
  const { reputation, afterMs, sinceMs } = options;
  let waiting = [...options.waiting];

  function isSaidAlready(said: Omit<WaitingWords[number], 'price'>): boolean {
    const { source, coin, side, dueMs } = said;
    return waiting.some(
      (word) =>
        word.source === source &&
        word.coin === coin &&
        word.side === side &&
        Math.abs(dueMs - word.dueMs) < ONE_WORD_MS,
    );
  }

  return {
    note: ({ source, coin, score, atMs, price = 0, nowMs }) => {
      if (Math.abs(score) < STRONG || !(price > 0) || waiting.length >= WAITING_MAX) return;
      if (atMs < sinceMs || nowMs - atMs > FRESH_MS) return;
      const side = score > 0 ? 1 : -1;
      const dueMs = nowMs + afterMs();
      if (isSaidAlready({ source, coin, side, dueMs })) return;
      waiting.push({ source, coin, side, price, dueMs });
    },
    judge: (priceOf, nowMs) => {
      const due = waiting.filter(({ dueMs }) => dueMs <= nowMs);
      waiting = waiting.filter(({ dueMs }) => dueMs > nowMs && dueMs <= nowMs + WAIT_MS_MAX);
      for (const word of due) {
        const now = priceOf(word.coin);
        if (now === undefined) {
          if (nowMs - word.dueMs <= PATIENCE_MS) waiting.push(word);
          continue;
        }
        const move = now / word.price - 1;
        if (Math.abs(move) >= MOVE_MIN) {
          reputation.judge(word.source, Math.sign(move) === word.side);
        }
      }
    },
    waiting: () => waiting,
  };
}
