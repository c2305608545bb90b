import { describe, expect, it } from 'vitest';
import type { Heartbeat } from '#platform/lifecycle/contract.ts';
import { canDrain, judge, verdictText } from './verdict.ts';
import type { Observation, VerdictLimits } from './verdict.ts';

const LIMITS: VerdictLimits = {
  silentMs: 3_000,
  blockedMs: 1_000,
  memoryBytes: 100_000_000,
  readyWithinMs: 30_000,
  noProgressMs: 10_000,
  progressNeedsWork: true,
};

function beat(fields: Partial<Heartbeat> = {}): Heartbeat {
  return {
    kind: 'heartbeat',
    atMs: 500_000,
    loopDelayMs: 1,
    pssBytes: 50_000_000,
    rssBytes: 90_000_000,
    cpuMs: 1,
    workInHand: 0,
    workWaiting: 0,
    evaluationMs: 0,
    checks: [],
    ...fields,
  };
}

function seen(fields: Partial<Observation> = {}): Observation {
  return {
    nowMs: 100_000,
    startedMs: 1_000,
    readyMs: 2_000,
    heardMs: 99_500,
    beats: [beat()],
    ...fields,
  };
}

describe('judge', () => {
  it('has nothing to say against an agent that beats and works', () => {
    expect(judge(seen(), LIMITS)).toBeUndefined();
  });

  it.each([
    ['3 missed beats', { heardMs: 96_999 }, 'silent'],
    ['one beat late', { heardMs: 97_500 }, undefined],
    ['starting and loading', { readyMs: undefined, startedMs: 92_000, heardMs: 92_000 }, undefined],
    ['starting and silent', { readyMs: undefined, startedMs: 80_000, heardMs: 80_000 }, 'silent'],
    ['starting too long', { readyMs: undefined, startedMs: 60_000 }, 'not-ready'],
    ['over memory', { beats: [beat({ pssBytes: 100_000_001 })] }, 'over-memory'],
    [
      'over memory while starting',
      { readyMs: undefined, startedMs: 95_000, beats: [beat({ pssBytes: 100_000_001 })] },
      'over-memory',
    ],
    ['blocked once', { beats: [beat(), beat(), beat({ loopDelayMs: 2_000 })] }, undefined],
    ['blocked three times', { beats: Array(3).fill(beat({ loopDelayMs: 1_500 })) }, 'blocked'],
    [
      'blocked three times while starting',
      { readyMs: undefined, startedMs: 95_000, beats: Array(3).fill(beat({ loopDelayMs: 1_500 })) },
      undefined,
    ],
    [
      'work in hand and no progress',
      { beats: [beat({ workInHand: 1, progressMs: 489_000 })] },
      'no-progress',
    ],
    ['nothing asked of it', { beats: [beat({ workInHand: 1 })] }, undefined],
    ['no work and no progress', { beats: [beat({ progressMs: 1 })] }, undefined],
    ['recent progress', { beats: [beat({ workInHand: 1, progressMs: 495_000 })] }, undefined],
  ] satisfies [string, Partial<Observation>, string | undefined][])(
    'judges: %s',
    (_title, fields, expected) => {
      expect(judge(seen(fields), LIMITS)?.kind).toBe(expected);
    },
  );

  it('wants progress of an idle agent too where the config says so', () => {
    const limits = { ...LIMITS, progressNeedsWork: false };

    expect(judge(seen({ beats: [beat({ progressMs: 1 })] }), limits)?.kind).toBe('no-progress');
    expect(judge(seen({ beats: [beat()] }), limits)).toBeUndefined();
  });

  it('does not judge progress where no limit is set', () => {
    const limits = { ...LIMITS, noProgressMs: undefined };

    expect(judge(seen({ beats: [beat({ workInHand: 1, progressMs: 1 })] }), limits)).toBe(
      undefined,
    );
  });
});

describe('verdicts', () => {
  it('asks only those to close that still answer', () => {
    expect(canDrain({ kind: 'silent', beatAgeMs: 3_001 })).toBe(false);
    expect(canDrain({ kind: 'over-memory', pssBytes: 2, limitBytes: 1 })).toBe(true);
  });

  it('say in words what was seen', () => {
    expect(verdictText({ kind: 'silent', beatAgeMs: 3_100 })).toBe('no beat for 3.1 s');
    expect(
      verdictText({ kind: 'over-memory', pssBytes: 209_715_200, limitBytes: 104_857_600 }),
    ).toBe('200 MB of memory, limit 100 MB');
  });
});
