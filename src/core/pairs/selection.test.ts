import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pair } from '../model/pair.ts';
import { pairOf } from './pairs.fixture.ts';
import {
  Hysteresis,
  NOTHING_SELECTED,
  followHeld,
  pairsOf,
  stepSelection,
  takeOut,
  type Run,
  type Selection,
} from './selection.ts';

const [A, B] = [pairOf('A'), pairOf('B')];
const MINUTE_MS = 60_000;

interface Given {
  readonly wanted: readonly Pair[];
  readonly held?: readonly Pair[] | undefined;
  readonly isNewWish?: boolean;
  readonly banned?: readonly Pair[];
}

/** Runs one after the other, a minute apart. */
function runs(rule: Partial<Hysteresis>, given: readonly Given[], from = NOTHING_SELECTED) {
  let selection: Selection = from;
  return given.map(({ wanted, isNewWish = false, banned = [], ...rest }, i) => {
    const held = 'held' in rest && rest.held === undefined ? undefined : new Set(rest.held);
    const removed = new Map(banned.map((pair) => [pair, { why: 'halted', isFinal: true }]));
    const run: Run = {
      atMs: i * MINUTE_MS,
      wanted,
      removed,
      held,
      isNewWish,
      everyMs: MINUTE_MS,
    };
    const step = stepSelection(selection, run, Hysteresis.parse(rule));
    selection = step.selection;
    return {
      ...step,
      standings: Object.fromEntries(pairsOf(selection).map((one) => [one.pair, one.standing])),
    };
  });
}

describe('selection', () => {
  test('a new wish is taken at once, what the market says has to last', () => {
    const steps = runs({ enter_runs: 2 }, [
      { wanted: [A], isNewWish: true },
      { wanted: [A, B] },
      { wanted: [A, B] },
    ]);

    expect(steps.map(({ standings }) => Object.keys(standings))).toEqual([[A], [A], [A, B]]);
    expect(steps[2]?.changes).toEqual([
      { pair: B, from: 'out', to: 'trade', why: 'chosen by the chain' },
    ]);
  });

  test('a pair wanted now and then never comes in', () => {
    const steps = runs({ enter_runs: 2 }, [
      { wanted: [A] },
      { wanted: [] },
      { wanted: [A] },
      { wanted: [] },
    ]);

    expect(steps.flatMap(({ changes }) => changes)).toEqual([]);
  });

  test('a pair leaves after so many runs in a row without it', () => {
    const steps = runs({ leave_runs: 2 }, [
      { wanted: [A, B], isNewWish: true },
      { wanted: [A] },
      { wanted: [A, B] },
      { wanted: [A] },
      { wanted: [A] },
    ]);

    expect(steps.map(({ standings }) => B in standings)).toEqual([true, true, true, true, false]);
  });

  test('times are waited for as well as runs', () => {
    const wanted = [{ wanted: [A] }, { wanted: [A] }, { wanted: [A] }, { wanted: [A] }];
    const without = [
      { wanted: [A, B], isNewWish: true },
      { wanted: [A] },
      { wanted: [A] },
      { wanted: [A] },
    ];

    const entry = runs({ enter_runs: 1, enter_minutes: 3 }, wanted);
    const exit = runs({ leave_runs: 1, leave_minutes: 2 }, without);
    const least = runs({ leave_runs: 1, min_minutes_in: 2 }, without);

    expect(entry.map(({ standings }) => A in standings)).toEqual([false, false, false, true]);
    expect(exit.map(({ standings }) => B in standings)).toEqual([true, true, true, false]);
    expect(least.map(({ standings }) => B in standings)).toEqual([true, true, false, false]);
  });

  test('a pair with an open position becomes exit-only and goes when it is closed', () => {
    const steps = runs({ leave_runs: 1 }, [
      { wanted: [A, B], isNewWish: true },
      { wanted: [A], held: [B] },
      { wanted: [A], held: [B] },
      { wanted: [A], held: [] },
    ]);

    expect(steps.map(({ standings }) => standings[B])).toEqual([
      'trade',
      'exit-only',
      'exit-only',
      undefined,
    ]);
    expect(steps[3]?.changes).toEqual([
      { pair: B, from: 'exit-only', to: 'out', why: 'its position is closed' },
    ]);
  });

  test('an exit-only pair that is wanted again comes back by the same door', () => {
    const steps = runs({ leave_runs: 1, enter_runs: 2 }, [
      { wanted: [A, B], isNewWish: true },
      { wanted: [A], held: [B] },
      { wanted: [A, B], held: [B] },
      { wanted: [A, B], held: [B] },
    ]);

    expect(steps.map(({ standings }) => standings[B])).toEqual([
      'trade',
      'exit-only',
      'exit-only',
      'trade',
    ]);
  });

  test('nobody knows the positions: every pair counts as held', () => {
    const steps = runs({ leave_runs: 1 }, [
      { wanted: [A, B], isNewWish: true },
      { wanted: [A], held: undefined },
    ]);

    expect(steps[1]?.standings).toEqual({ [A]: 'trade', [B]: 'exit-only' });
  });

  test('what the venue halts leaves at once, with its reason', () => {
    const steps = runs({ leave_runs: 9 }, [
      { wanted: [A, B], isNewWish: true },
      { wanted: [A], banned: [B] },
    ]);

    expect(steps[1]?.changes).toEqual([{ pair: B, from: 'trade', to: 'out', why: 'halted' }]);
  });

  const steady: Run = {
    atMs: 0,
    wanted: [A, B],
    removed: new Map(),
    held: new Set(),
    isNewWish: true,
    everyMs: 10 * MINUTE_MS,
  };

  /** Whether B stands after each run without it (or, `enters`, with it), at these minutes. */
  function standsAt(minutes: readonly number[], rule: Partial<Hysteresis>, enters = false) {
    const first = enters ? { ...steady, wanted: [A] } : steady;
    let { selection } = stepSelection(NOTHING_SELECTED, first, Hysteresis.parse(rule));
    return minutes.map((minute) => {
      const wanted = enters ? [A, B] : [A];
      const run = { ...steady, wanted, isNewWish: false, atMs: minute * MINUTE_MS };
      ({ selection } = stepSelection(selection, run, Hysteresis.parse(rule)));
      return selection.members.some(({ pair }) => pair === B);
    });
  }

  test('runs that come sooner than their turn do not count for the time they should take', () => {
    expect(standsAt([1, 1.1, 1.2, 1.3], { leave_runs: 3 })).toEqual([true, true, true, true]);
    expect(standsAt([10, 20, 30], { leave_runs: 3 })).toEqual([true, true, false]);
    expect(standsAt([1, 1.1, 1.2], { enter_runs: 2 }, true)).toEqual([false, false, false]);
    expect(standsAt([10, 20], { enter_runs: 2 }, true)).toEqual([false, true]);
  });

  test('a clock that is set back keeps nobody in or out longer than the rule says', () => {
    const leave = { leave_runs: 2, leave_minutes: 10 };

    expect(standsAt([10_000, 10, 20, 30], leave)).toEqual([true, true, false, false]);
    expect(standsAt([-500, -490, -480], { leave_runs: 2, min_minutes_in: 15 })).toEqual([
      true,
      true,
      false,
    ]);
    const enter = { enter_runs: 2, enter_minutes: 10 };
    expect(standsAt([10_000, 10, 20], enter, true)).toEqual([false, false, true]);
  });

  test('takes out what is named and leaves the others as they are', () => {
    const rule = Hysteresis.parse({ leave_runs: 9 });
    const { selection } = stepSelection(NOTHING_SELECTED, steady, rule);
    const removed = new Map([[B, { why: 'banned', isFinal: true }]]);

    const out = takeOut(selection, { ...steady, wanted: [], removed, isNewWish: false }, rule);
    const held = takeOut(
      selection,
      { ...steady, wanted: [], removed, isNewWish: false, held: new Set([B]) },
      rule,
    );

    expect(out.changes).toEqual([{ pair: B, from: 'trade', to: 'out', why: 'banned' }]);
    expect(out.selection.members).toEqual(selection.members.slice(0, 1));
    expect(pairsOf(held.selection).map(({ pair, standing }) => [pair, standing])).toEqual([
      [A, 'trade'],
      [B, 'exit-only'],
    ]);
  });

  test('between runs it follows what is held', () => {
    const [start] = runs({}, [{ wanted: [A], isNewWish: true }]);
    const opened = followHeld(start?.selection ?? NOTHING_SELECTED, new Set([B]), 5);
    const closed = followHeld(opened.selection, new Set(), 9);

    expect(pairsOf(opened.selection).map(({ pair, standing }) => [pair, standing])).toEqual([
      [A, 'trade'],
      [B, 'exit-only'],
    ]);
    expect(pairsOf(closed.selection).map(({ pair }) => pair)).toEqual([A]);
  });

  const some = fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'), { maxLength: 6 });
  const day = fc.record({ wanted: some, held: some, banned: some, isNewWish: fc.boolean() });
  const rule = fc.record({
    enter_runs: fc.integer({ min: 1, max: 3 }),
    leave_runs: fc.integer({ min: 1, max: 3 }),
    min_minutes_in: fc.integer({ min: 0, max: 4 }),
  });

  test('no pair with an open position is ever missing, and no pair stands twice', () => {
    fc.assert(
      fc.property(fc.array(day, { maxLength: 12 }), rule, (history, given) => {
        const steps = runs(
          given,
          history.map(({ wanted, held, banned, isNewWish }) => ({
            wanted: wanted.filter((base) => !banned.includes(base)).map(pairOf),
            held: held.map(pairOf),
            banned: banned.map(pairOf),
            isNewWish,
          })),
        );
        steps.forEach(({ selection }, i) => {
          const pairs = selection.members.map(({ pair }) => pair);
          expect(new Set(pairs).size).toBe(pairs.length);
          for (const base of history[i]?.held ?? []) expect(pairs).toContain(pairOf(base));
          for (const { pair, standing } of selection.members) {
            const isHeld = history[i]?.held.some((base) => pairOf(base) === pair);
            expect(standing === 'trade' || isHeld, `${pair} is exit-only without a position`).toBe(
              true,
            );
          }
        });
      }),
    );
  });

  test('what is told of changes leads from one selection to the next', () => {
    fc.assert(
      fc.property(fc.array(day, { maxLength: 12 }), rule, (history, given) => {
        const seen = new Map<string, string>();
        const steps = runs(
          given,
          history.map((one) => ({
            wanted: one.wanted.map(pairOf),
            held: one.held.map(pairOf),
            isNewWish: one.isNewWish,
          })),
        );
        for (const { changes, standings } of steps) {
          for (const { pair, from, to } of changes) {
            expect(seen.get(pair) ?? 'out').toBe(from);
            if (to === 'out') seen.delete(pair);
            else seen.set(pair, to);
          }
          expect(Object.fromEntries(seen)).toEqual(standings);
        }
      }),
    );
  });
});
