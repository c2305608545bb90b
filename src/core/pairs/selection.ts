/**
 * Hysteresis between what the chain wants and what the desk follows, so that the list does not
 * churn: each pair that comes costs a warm-up, each that goes leaves a candle series behind.
 *
 * 1. A pair enters when it was wanted for `enter_runs` runs in a row and `enter_minutes` long, and
 *    leaves likewise, yet not before it was in for `min_minutes_in`. Runs that come sooner than their
 *    turn (a restart, a run that is tried again) say the same thing twice: so many runs also take half
 *    the time they should. What began after now, by a clock that was set back, begins now.
 * 2. A pair with an open position never vanishes: it becomes exit-only and goes when it is closed.
 *    When nobody knows the positions, every pair counts as held.
 * 3. What the operator says is not noise: after a change of the chain or of `pairs`, and for a pair
 *    that the venue halts or a blacklist names, nothing is waited for.
 */
import { z } from 'zod';
import { Pair } from '../model/pair.ts';
import { Standing, type UniversePair } from '../model/universe.ts';
import { PAIRS_MAX } from './config.ts';

/** Section `pair_selector.hysteresis` of the config. */
export const Hysteresis = z.strictObject({
  enter_runs: z.int().min(1).max(100).default(2),
  enter_minutes: z.number().min(0).max(10_080).default(0),
  leave_runs: z.int().min(1).max(100).default(3),
  leave_minutes: z.number().min(0).max(10_080).default(0),
  min_minutes_in: z.number().min(0).max(43_200).default(0),
});
export type Hysteresis = Readonly<z.output<typeof Hysteresis>>;

const Member = z.strictObject({
  pair: Pair,
  standing: Standing,
  sinceMs: z.int(),
  enteredMs: z.int(),
  why: z.string().max(300),
  /** Runs in a row that did not want it, and since when. */
  missedRuns: z.int().nonnegative(),
  missedSinceMs: z.int().nullable(),
});
type Member = Readonly<z.output<typeof Member>>;

const Waiting = z.strictObject({ pair: Pair, runs: z.int().positive(), sinceMs: z.int() });
type Waiting = Readonly<z.output<typeof Waiting>>;

/** The pairs the desk follows, best first, and those on their way in. */
export const Selection = z.strictObject({
  members: z.array(Member).max(PAIRS_MAX),
  waiting: z.array(Waiting).max(PAIRS_MAX),
});
export type Selection = Readonly<z.output<typeof Selection>>;

export const NOTHING_SELECTED: Selection = { members: [], waiting: [] };

/** What one run of the chain found. */
export interface Run {
  readonly atMs: number;
  /** Best first. */
  readonly wanted: readonly Pair[];
  /** Why a pair is not wanted, in the words of the step that removed it. */
  readonly removed: ReadonlyMap<Pair, { readonly why: string; readonly isFinal: boolean }>;
  /** Pairs with an open position; undefined when nobody knows. */
  readonly held: ReadonlySet<Pair> | undefined;
  /** The chain or the list behind it is another than at the run before. */
  readonly isNewWish: boolean;
  /** From one run to the next, as configured. */
  readonly everyMs: number;
}

export interface Change {
  readonly pair: Pair;
  readonly from: Standing | 'out';
  readonly to: Standing | 'out';
  readonly why: string;
}

export interface Step {
  readonly selection: Selection;
  readonly changes: readonly Change[];
}

const MINUTE_MS = 60_000;

export function stepSelection(before: Selection, run: Run, rule: Hysteresis): Step {
  const known = before.members.map((member) => begunBy(run.atMs, member));
  const old = new Map(known.map((member) => [member.pair, member]));
  const waits = new Map(before.waiting.map((one) => [one.pair, one]));
  const wanted = new Set(run.wanted);
  const members: Member[] = [];
  const waiting: Waiting[] = [];
  for (const pair of run.wanted) {
    const was = old.get(pair);
    if (was?.standing === 'trade') {
      members.push({ ...was, missedRuns: 0, missedSinceMs: null });
      continue;
    }
    const seen = waits.get(pair);
    const sinceMs = Math.min(seen?.sinceMs ?? run.atMs, run.atMs);
    const wait = { pair, runs: (seen?.runs ?? 0) + 1, sinceMs };
    if (isDue(wait, run, rule)) {
      members.push(entering(pair, run.atMs, run.isNewWish));
      continue;
    }
    waiting.push(wait);
    if (was !== undefined && isHeld(pair, run)) members.push(was);
  }
  for (const was of known) {
    const next = wanted.has(was.pair) ? undefined : unwanted(was, run, rule);
    if (next !== undefined) members.push(next);
  }
  return finish({ before, members: withHeld(members, run), waiting, removed: run.removed });
}

function isDue(wait: Waiting, run: Run, rule: Hysteresis): boolean {
  const leastMs = Math.max(rule.enter_minutes * MINUTE_MS, spanMs(rule.enter_runs, run));
  const isLong = run.atMs - wait.sinceMs >= leastMs;
  return run.isNewWish || (wait.runs >= rule.enter_runs && isLong);
}

function spanMs(runs: number, { everyMs }: Pick<Run, 'everyMs'>): number {
  return ((runs - 1) * everyMs) / 2;
}

function begunBy(atMs: number, member: Member): Member {
  const { enteredMs, missedSinceMs } = member;
  return {
    ...member,
    enteredMs: Math.min(enteredMs, atMs),
    missedSinceMs: missedSinceMs === null ? null : Math.min(missedSinceMs, atMs),
  };
}

function entering(pair: Pair, atMs: number, isNewWish: boolean): Member {
  const why = isNewWish ? 'chosen by the chain as it is now set' : 'chosen by the chain';
  const marks = { missedRuns: 0, missedSinceMs: null };
  return { pair, standing: 'trade', sinceMs: atMs, enteredMs: atMs, why, ...marks };
}

/** What becomes of a member that the chain does not want; undefined when it goes. */
function unwanted(was: Member, run: Run, rule: Hysteresis): Member | undefined {
  if (was.standing === 'exit-only') return isHeld(was.pair, run) ? was : undefined;
  const removal = run.removed.get(was.pair);
  const missedSinceMs = was.missedSinceMs ?? run.atMs;
  const missed: Member = { ...was, missedRuns: was.missedRuns + 1, missedSinceMs };
  const leastMs = Math.max(rule.leave_minutes * MINUTE_MS, spanMs(rule.leave_runs, run));
  const isLong =
    run.atMs - missedSinceMs >= leastMs &&
    run.atMs - was.enteredMs >= rule.min_minutes_in * MINUTE_MS;
  const leaves =
    run.isNewWish || removal?.isFinal === true || (missed.missedRuns >= rule.leave_runs && isLong);
  if (!leaves) return missed;
  if (!isHeld(was.pair, run)) return undefined;
  const why = clip(`open position; ${removal?.why ?? 'no longer in the chain'}`);
  return { ...missed, standing: 'exit-only', sinceMs: run.atMs, why };
}

/** Takes out of the selection what `run.removed` names, and leaves the others as they are. */
export function takeOut(before: Selection, run: Run, rule: Hysteresis): Step {
  const { removed } = run;
  const members = before.members.flatMap((was) =>
    removed.has(was.pair) ? (unwanted(was, run, rule) ?? []) : [was],
  );
  const waiting = before.waiting.filter(({ pair }) => !removed.has(pair));
  return finish({ before, members, waiting, removed });
}

/** Brings in what is held and lets go what no longer is, between two runs of the chain. */
export function followHeld(before: Selection, held: ReadonlySet<Pair>, atMs: number): Step {
  const stay = before.members.filter(
    ({ standing, pair }) => standing === 'trade' || held.has(pair),
  );
  const members = withHeld(stay, { held, atMs });
  return finish({ before, members, waiting: before.waiting, removed: new Map() });
}

function withHeld(members: readonly Member[], run: Pick<Run, 'held' | 'atMs'>): readonly Member[] {
  const known = new Set(members.map(({ pair }) => pair));
  const found = [...(run.held ?? [])].filter((pair) => !known.has(pair));
  const added = found.map((pair): Member => {
    const why = 'open position in a pair that is not chosen';
    return { ...entering(pair, run.atMs, false), standing: 'exit-only', why };
  });
  return [...members, ...added];
}

function isHeld(pair: Pair, run: Run): boolean {
  return run.held === undefined || run.held.has(pair);
}

interface Found extends Pick<Run, 'removed'> {
  readonly before: Selection;
  readonly members: readonly Member[];
  readonly waiting: readonly Waiting[];
}

function finish({ before, members, waiting, removed }: Found): Step {
  // Exits come first when there is no room for all.
  const exits = members.filter(({ standing }) => standing === 'exit-only').slice(0, PAIRS_MAX);
  const trades = members.filter(({ standing }) => standing === 'trade');
  const kept = [...trades.slice(0, PAIRS_MAX - exits.length), ...exits];
  return {
    selection: { members: kept, waiting: [...waiting] },
    changes: changesBetween(before.members, kept, removed),
  };
}

function changesBetween(
  before: readonly Member[],
  after: readonly Member[],
  removed: Run['removed'],
): readonly Change[] {
  const was = new Map(before.map((member) => [member.pair, member]));
  const is = new Set(after.map(({ pair }) => pair));
  const moved = after.flatMap(({ pair, standing, why }): Change[] => {
    const from = was.get(pair)?.standing ?? 'out';
    return from === standing ? [] : [{ pair, from, to: standing, why }];
  });
  const gone = before
    .filter(({ pair }) => !is.has(pair))
    .map(({ pair, standing }): Change => {
      const left = removed.get(pair)?.why ?? 'no longer in the chain';
      const why = standing === 'exit-only' ? 'its position is closed' : left;
      return { pair, from: standing, to: 'out', why };
    });
  return [...moved, ...gone];
}

/** The members as the rest of the desk sees them. */
export function pairsOf(selection: Selection): UniversePair[] {
  return selection.members.map(({ pair, standing, sinceMs, why }) => ({
    pair,
    standing,
    sinceMs,
    why,
  }));
}

function clip(text: string): string {
  return text.slice(0, 300);
}
