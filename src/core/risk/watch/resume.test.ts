import { describe, expect, it } from 'vitest';
import { CALM } from './emergency.ts';
import { resumeAlarms, resumeLimits } from './resume.ts';
import { stepLimits } from './step-limits.ts';
import type { Limit } from './step-limits.ts';

const RULES = { margin: 0.1, recoveryMs: 60_000 };
const drawdown = (value: number): Limit => ({
  name: 'drawdown',
  scope: 'account',
  value,
  bounds: { warn: 0.05, reduce: 0.075, halt: 0.1 },
});

/** A halt at 0, calm since `calmMs`, kept at `atMs`; the level at each look of the next process. */
function afterRestart(
  kept: { readonly atMs: number; readonly calmMs?: number; readonly sinceMs?: number },
  looks: readonly (readonly [number, number])[],
): string[] {
  const { atMs, calmMs, sinceMs = 0 } = kept;
  const halted = stepLimits(new Map(), [drawdown(0.12)], { nowMs: sinceMs, rules: RULES });
  const calm =
    calmMs === undefined
      ? halted
      : stepLimits(halted, [drawdown(0.01)], { nowMs: calmMs, rules: RULES });
  const [[startMs] = [0]] = looks;
  let memory = resumeLimits([...calm], { atMs, nowMs: startMs, pauseMs: RULES.recoveryMs });
  return looks.map(([nowMs, value]) => {
    memory = stepLimits(memory, [drawdown(value)], { nowMs, rules: RULES });
    return memory.get('drawdown')?.level ?? '';
  });
}

describe('limits after a restart', () => {
  it('hold their level, and go on with the time it has been calm', () => {
    const looks = [
      [40_000, 0.01],
      [69_999, 0.01],
      [70_000, 0.01],
    ] as const;

    expect(afterRestart({ atMs: 30_000, calmMs: 10_000 }, looks)).toEqual([
      'halt',
      'halt',
      'normal',
    ]);
  });

  it('begin the calm time at the first look when it was not calm before', () => {
    const looks = [
      [40_000, 0.01],
      [99_999, 0.01],
      [100_000, 0.01],
    ] as const;

    expect(afterRestart({ atMs: 30_000 }, looks)).toEqual(['halt', 'halt', 'normal']);
  });

  it('hold nothing of an old memory that is no longer true, and all that is', () => {
    expect(afterRestart({ atMs: 30_000 }, [[90_000, 0.01]])).toEqual(['normal']);
    expect(afterRestart({ atMs: 30_000 }, [[90_000, 0.08]])).toEqual(['reduce']);
    expect(afterRestart({ atMs: 30_000 }, [[90_000, 0.11]])).toEqual(['halt']);
    expect(afterRestart({ atMs: 30_000 }, [[9_000_000, 0.095]])).toEqual(['halt']);
  });

  it('hold nothing for longer because the clock was set back', () => {
    const looks = [
      [0, 0.01],
      [60_000, 0.01],
    ] as const;

    expect(afterRestart({ atMs: 900_000, calmMs: 900_000, sinceMs: 800_000 }, looks)).toEqual([
      'halt',
      'normal',
    ]);
  });

  it('keep the risk they rose at', () => {
    const kept = stepLimits(new Map(), [drawdown(0.08)], { nowMs: 0, rules: RULES });
    const known = [...kept].map(([key, limit]) => [key, { ...limit, riskAtRise: 0.03 }] as const);
    const resumed = resumeLimits(known, { atMs: 0, nowMs: 900_000, pauseMs: 60_000 });

    expect(resumed.get('drawdown')?.riskAtRise).toBe(0.03);
  });
});

describe('alarms after a restart', () => {
  const kept = {
    profits: [
      { atMs: 10_000, quote: 100 },
      { atMs: 60_000, quote: 50 },
    ],
    unprotectedSinceMs: new Map([['BTC/USDT', 20_000]]),
    overExposed: true,
  };

  it('go on after a short pause', () => {
    const pause = { atMs: 60_000, nowMs: 90_000, pauseMs: 120_000 };

    expect(resumeAlarms(kept, pause)).toEqual(kept);
  });

  it('know only the profits after a long one', () => {
    const pause = { atMs: 60_000, nowMs: 180_000, pauseMs: 120_000 };

    expect(resumeAlarms(kept, pause)).toEqual({ ...CALM, profits: kept.profits });
  });

  it('know nothing of the future', () => {
    const pause = { atMs: 60_000, nowMs: 15_000, pauseMs: 120_000 };
    const resumed = resumeAlarms(kept, pause);

    expect(resumed.profits).toEqual([{ atMs: 10_000, quote: 100 }]);
    expect(resumed.unprotectedSinceMs.get('BTC/USDT')).toBe(15_000);
  });
});
