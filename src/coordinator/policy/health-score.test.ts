import { describe, expect, it } from 'vitest';
import { healthScore, systemScore } from './health-score.ts';
import type { HealthInput } from './health-score.ts';

const BEAT = {
  kind: 'heartbeat',
  atMs: 1,
  loopDelayMs: 1,
  pssBytes: 50,
  rssBytes: 90,
  cpuMs: 1,
  workInHand: 0,
  workWaiting: 0,
  evaluationMs: 0,
  checks: [],
} as const;

function input(fields: Partial<HealthInput> = {}): HealthInput {
  return {
    state: 'ready',
    beatAgeMs: 500,
    beat: { ...BEAT, checks: [] },
    memoryBytesMax: 100,
    restartsLastTenMinutes: 0,
    ...fields,
  };
}

describe('healthScore', () => {
  it.each([
    ['ready and quiet', {}, 100],
    ['backing off', { state: 'backing-off' }, 0],
    ['in a crash loop', { state: 'degraded' }, 10],
    ['starting', { state: 'starting' }, 50],
    ['late with its beat', { beatAgeMs: 2_500 }, 70],
    ['slow loop', { beat: { ...BEAT, loopDelayMs: 1_500, checks: [] } }, 70],
    ['near its memory limit', { beat: { ...BEAT, pssBytes: 95, checks: [] } }, 85],
    [
      'one check failed',
      { beat: { ...BEAT, checks: [{ name: 'venue', isOk: false, detail: 'down' }] } },
      85,
    ],
    ['restarted twice', { restartsLastTenMinutes: 2 }, 90],
    ['restarted often', { restartsLastTenMinutes: 50 }, 75],
  ] satisfies [string, Partial<HealthInput>, number][])('scores: %s', (_title, fields, score) => {
    expect(healthScore(input(fields))).toBe(score);
  });

  it('keeps a ready agent above one that is down, whatever is wrong with it', () => {
    const checks = Array.from({ length: 9 }, () => ({ name: 'x', isOk: false, detail: '' }));

    expect(healthScore(input({ beatAgeMs: 9_000, beat: { ...BEAT, checks } }))).toBe(20);
  });
});

describe('systemScore', () => {
  it('is pulled down by the worst part', () => {
    expect(systemScore([100, 100, 100, 100])).toBe(100);
    expect(systemScore([100, 100, 100, 0])).toBe(38);
    expect(systemScore([])).toBe(0);
  });
});
