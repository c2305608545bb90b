import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRESH_SCALING, stepScaling } from './scaling.ts';
import type { ScalingInput } from './scaling.ts';

const LIMITS = { min: 1, max: 3, upMs: 2_000, downAfterMs: 60_000 };

/** Feeds one reading a second, letting the number of workers follow the target. */
function run(readings: readonly Partial<ScalingInput>[], startWorkers = 1): number[] {
  let state = FRESH_SCALING;
  let workers = startWorkers;
  return readings.map((reading, second) => {
    const input = { waiting: 0, oldestMs: 0, evaluationMs: 10, ...reading };
    const step = stepScaling(state, { ...input, nowMs: second * 1_000, workers }, LIMITS);
    state = step.state;
    workers = step.target;
    return workers;
  });
}

const BEHIND = { waiting: 500 };

describe('stepScaling', () => {
  it('adds a worker only after the backlog was too long three times in a row', () => {
    expect(run([BEHIND, BEHIND, {}, BEHIND, BEHIND, BEHIND])).toEqual([1, 1, 1, 1, 1, 2]);
  });

  it('takes an old job as a backlog however few there are', () => {
    const old = { waiting: 1, oldestMs: 5_000, evaluationMs: 0 };

    expect(run([old, old, old]).at(-1)).toBe(2);
  });

  it('pauses after a change and stops at the maximum', () => {
    const workers = run(Array.from({ length: 60 }, () => BEHIND));

    expect(workers[2]).toBe(2);
    expect(workers[11]).toBe(2);
    expect(workers[12]).toBe(3);
    expect(Math.max(...workers)).toBe(3);
  });

  it('takes a worker away after a long time with nothing waiting', () => {
    const workers = run(
      Array.from({ length: 140 }, () => ({})),
      3,
    );

    expect(workers[59]).toBe(3);
    expect(workers[60]).toBe(2);
    expect(workers.at(-1)).toBe(1);
  });

  it('keeps its workers through the burst at each minute', () => {
    const minute = Array.from({ length: 60 }, (_, second) => (second < 2 ? { waiting: 12 } : {}));

    expect(new Set(run([...minute, ...minute, ...minute], 2))).toEqual(new Set([2]));
  });

  it('brings a number outside the limits inside at once', () => {
    expect(run([{}], 9)).toEqual([3]);
  });

  it('never leaves the limits whatever it reads', () => {
    const reading = fc.record({
      waiting: fc.nat(10_000),
      oldestMs: fc.nat(100_000),
      evaluationMs: fc.nat(1_000),
    });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 200 }), (readings) => {
        for (const workers of run(readings)) {
          expect(workers).toBeGreaterThanOrEqual(LIMITS.min);
          expect(workers).toBeLessThanOrEqual(LIMITS.max);
        }
      }),
    );
  });
});
