/**
 * Guesses which entries are read next, to have them loaded just before. It learns from the reads
 * it is told of, online and in bounded memory; it loads nothing itself and knows no clock.
 *
 *     prefetcher.observe({key, atMs, candleMs})   at each read, in about the order of time
 *     prefetcher.plan(nowMs)                      what should be loaded now
 *     prefetcher.loaded(key)                      it was: its use or waste is counted
 *
 * Patterns: a key with a period; a key read soon after candles close; a key read after another
 * one; the keys that others of its sort have, for a pair that was just selected. Every guess is
 * judged: read in time, or not. Where the guesses of a key and pattern do not come true, or those
 * of a whole pattern, they are no longer acted on, only judged, until they do again.
 */
import { createFollowers } from './followers.ts';
import { createGuesses, type Guess, type JudgedGuess } from './guesses.ts';
import { judged, pays, type Payoff, UNJUDGED } from './payoff.ts';
import { nextRead, noteRead, type Rhythm } from './rhythm.ts';

export type PrefetchPattern = 'period' | 'boundary' | 'sequence' | 'selected';

export interface Read {
  readonly key: string;
  readonly atMs: number;
  /** Length of the candles that the key is about. */
  readonly candleMs?: number | undefined;
}

export interface PlannedLoad {
  readonly key: string;
  readonly pattern: PrefetchPattern;
  /** When it is wanted: it has to be fresh until then. */
  readonly wantedMs: number;
  /** Afterwards it is of no use. */
  readonly untilMs: number;
}

export interface PrefetchTally {
  readonly used: number;
  readonly wasted: number;
}

export interface Prefetcher {
  observe(read: Read): void;
  /** Guesses that keys are wanted soon whatever was read before, e.g. of a pair just selected. */
  select(keys: readonly string[], nowMs: number): void;
  plan(nowMs: number): readonly PlannedLoad[];
  loaded(key: string): void;
  /** Loads that were done, by pattern. */
  tally(): Readonly<Record<PrefetchPattern, PrefetchTally>>;
  keys(): number;
}

/** A load takes some tenths of a second; the guess itself is off by as much. */
const LEAD_MS = 1_500;
/** A venue gives a candle's last form a little after its end. */
const SETTLE_MS = 300;
/** A guess without a read in this time, or half the period, was wrong. */
const PATIENCE_MS = 10_000;
const SELECTED_PATIENCE_MS = 120_000;

interface Known {
  readonly rhythm: Rhythm;
  readonly candleMs: number | undefined;
  readonly payoffs: Partial<Record<PrefetchPattern, Payoff>>;
}

type PatternGuess = Guess<PrefetchPattern>;

export function createPrefetcher({ keysMax = 1_000 }: { keysMax?: number } = {}): Prefetcher {
  const known = new Map<string, Known>();
  const followers = createFollowers(keysMax);
  const guesses = createGuesses<PrefetchPattern>(2 * keysMax);
  const whole: Partial<Record<PrefetchPattern, Payoff>> = {};
  const tally = emptyTally();

  function judge(guess: JudgedGuess<PrefetchPattern> | undefined, isUsed: boolean): void {
    if (guess === undefined) return;
    const { key, pattern, isLoaded } = guess;
    whole[pattern] = judged(whole[pattern] ?? UNJUDGED, isUsed);
    const own = known.get(key)?.payoffs;
    if (own !== undefined) own[pattern] = judged(own[pattern] ?? UNJUDGED, isUsed);
    if (isLoaded) tally[pattern][isUsed ? 'used' : 'wasted'] += 1;
  }

  function schedule(key: string, nowMs: number): void {
    const rhythmic = rhythmicGuess(key, known.get(key), nowMs);
    if (rhythmic !== undefined) guesses.make(rhythmic.guess, rhythmic.dueMs);
  }

  function remember({ key, atMs, candleMs }: Read): void {
    const one = known.get(key);
    const rhythm = noteRead(one?.rhythm, { atMs, candleMs });
    known.delete(key);
    known.set(key, { rhythm, candleMs, payoffs: one?.payoffs ?? {} });
    for (const oldest of known.keys()) {
      if (known.size <= keysMax) break;
      known.delete(oldest);
      guesses.forget(oldest);
    }
  }

  function judgeOverdue(nowMs: number): void {
    for (let wrong = guesses.takeWrong(nowMs); wrong; wrong = guesses.takeWrong(nowMs)) {
      judge(wrong, false);
      if (!isOver(known.get(wrong.key), nowMs)) schedule(wrong.key, nowMs);
    }
  }

  return {
    observe: (read) => {
      const { key, atMs } = read;
      judge(guesses.takeRight(key), true);
      remember(read);
      followers.note(key, atMs);
      guesses.withdraw(key);
      schedule(key, atMs);
      for (const follower of followers.of(key)) {
        const untilMs = atMs + PATIENCE_MS;
        guesses.make({ key: follower, pattern: 'sequence', wantedMs: atMs, untilMs }, atMs);
      }
    },
    select: (keys, nowMs) => {
      const untilMs = nowMs + SELECTED_PATIENCE_MS;
      for (const key of keys) {
        guesses.make({ key, pattern: 'selected', wantedMs: nowMs, untilMs }, nowMs);
      }
    },
    plan: (nowMs) => {
      judgeOverdue(nowMs);
      const planned: PlannedLoad[] = [];
      for (let next = guesses.takeDue(nowMs); next; next = guesses.takeDue(nowMs)) {
        const own = known.get(next.key)?.payoffs[next.pattern] ?? UNJUDGED;
        if (pays(own) && pays(whole[next.pattern] ?? UNJUDGED)) planned.push(next);
      }
      return planned;
    },
    loaded: (key) => guesses.loaded(key),
    tally: () => tally,
    keys: () => Math.max(known.size, guesses.size(), followers.size()),
  };
}

function rhythmicGuess(
  key: string,
  one: Known | undefined,
  nowMs: number,
): { readonly guess: PatternGuess; readonly dueMs: number } | undefined {
  if (one === undefined) return undefined;
  const { rhythm, candleMs } = one;
  const read = nextRead(rhythm, { nowMs, candleMs });
  if (read === undefined) return undefined;
  const { pattern, atMs } = read;
  const isBoundary = pattern === 'boundary';
  const spanMs = isBoundary ? (candleMs ?? 0) : rhythm.periodMs;
  const untilMs = atMs + Math.max(LEAD_MS, Math.min(PATIENCE_MS, spanMs / 2));
  // A candle that has not ended cannot be had; anything else is best had just before.
  const dueMs = isBoundary ? atMs + SETTLE_MS : atMs - LEAD_MS;
  return { guess: { key, pattern, wantedMs: atMs, untilMs }, dueMs };
}

/** A rhythm may pause; after three of its periods the reads have to show it again. */
function isOver(one: Known | undefined, nowMs: number): boolean {
  if (one === undefined) return true;
  return nowMs - one.rhythm.lastMs > 3 * Math.max(one.rhythm.periodMs, one.candleMs ?? 0);
}

function emptyTally(): Record<PrefetchPattern, { used: number; wasted: number }> {
  const none = () => ({ used: 0, wasted: 0 });
  return { period: none(), boundary: none(), sequence: none(), selected: none() };
}
