/** Guesses of reads to come: made, due, acted on or not, and judged. One a key; bounded. */
import { createRankedKeys } from '../ranked-keys.ts';

export interface Guess<P extends string> {
  readonly key: string;
  readonly pattern: P;
  /** When the read is expected. */
  readonly wantedMs: number;
  /** Without a read until then it was wrong. */
  readonly untilMs: number;
}

export interface JudgedGuess<P extends string> extends Guess<P> {
  /** Somebody acted on it. */
  readonly isLoaded: boolean;
}

export interface Guesses<P extends string> {
  /** Takes the place of one of this key that is not due yet. */
  make(guess: Guess<P>, dueMs: number): void;
  /** Not due yet, and no longer right. */
  withdraw(key: string): void;
  /** The next that is due; it is open from now on. */
  takeDue(nowMs: number): Guess<P> | undefined;
  loaded(key: string): void;
  /** The key was read: its open guess was right. */
  takeRight(key: string): JudgedGuess<P> | undefined;
  takeWrong(nowMs: number): JudgedGuess<P> | undefined;
  forget(key: string): void;
  size(): number;
}

export function createGuesses<P extends string>(sizeMax: number): Guesses<P> {
  const waiting = new Map<string, Guess<P>>();
  const due = createRankedKeys();
  const open = new Map<string, Guess<P> & { isLoaded: boolean }>();
  const ends = createRankedKeys();

  function withdraw(key: string): void {
    waiting.delete(key);
    due.remove(key);
  }

  function close(key: string): JudgedGuess<P> | undefined {
    const guess = open.get(key);
    open.delete(key);
    ends.remove(key);
    return guess;
  }

  return {
    make: (guess, dueMs) => {
      const { key } = guess;
      if (open.has(key)) return;
      if (!waiting.has(key) && open.size + waiting.size >= sizeMax) return;
      waiting.set(key, guess);
      due.set(key, dueMs);
    },
    withdraw,
    takeDue: (nowMs) => {
      const first = due.lowest();
      if (first === undefined || first.rank > nowMs) return undefined;
      const guess = waiting.get(first.key);
      withdraw(first.key);
      if (guess === undefined) return undefined;
      open.set(guess.key, { ...guess, isLoaded: false });
      ends.set(guess.key, guess.untilMs);
      return guess;
    },
    loaded: (key) => {
      const guess = open.get(key);
      if (guess !== undefined) guess.isLoaded = true;
    },
    takeRight: close,
    takeWrong: (nowMs) => {
      const first = ends.lowest();
      return first === undefined || first.rank > nowMs ? undefined : close(first.key);
    },
    forget: (key) => {
      withdraw(key);
      close(key);
    },
    size: () => open.size + waiting.size,
  };
}
