/** Holds strong words against where the price went some hours later. Bounded. */
import type { Reputation } from '#core/sentiment/stream/reputation.ts';

interface Word {
  readonly source: string;
  readonly coin: string;
  readonly side: number;
  readonly price: number;
  readonly dueMs: number;
}

const WAITING_MAX = 2_000;
/** Weaker words promise nothing. */
const STRONG = 0.3;
/** A smaller move tells nothing. */
const MOVE_MIN = 0.002;

export interface SourceJudge {
  note(said: { source: string; coin: string; score: number; price: number; nowMs: number }): void;
  judge(priceOf: (coin: string) => number | undefined, nowMs: number): void;
}

export function sourceJudge(reputation: Reputation, afterMs: () => number): SourceJudge {
  let waiting: Word[] = [];
  return {
    note: ({ source, coin, score, price, nowMs }) => {
      if (Math.abs(score) < STRONG || !(price > 0) || waiting.length >= WAITING_MAX) return;
      const dueMs = nowMs + afterMs();
      waiting.push({ source, coin, side: Math.sign(score), price, dueMs });
    },
    judge: (priceOf, nowMs) => {
      const due = waiting.filter(({ dueMs }) => dueMs <= nowMs);
      waiting = waiting.filter(({ dueMs }) => dueMs > nowMs);
      for (const { source, coin, side, price } of due) {
        const now = priceOf(coin);
        if (now === undefined) continue;
        const move = now / price - 1;
        if (Math.abs(move) >= MOVE_MIN) reputation.judge(source, Math.sign(move) === side);
      }
    },
  };
}
