import { describe, expect, it } from 'vitest';
import { seededRandom } from '#platform/random.ts';
import { reconnectMs } from './backoff.ts';

/** The pause that follows so many failures, drawn often. */
function pauses(failures: number): number[] {
  const random = seededRandom(7);
  return Array.from({ length: 200 }, () => reconnectMs(failures, random));
}

describe('reconnectMs', () => {
  it('finds a venue that was away for four seconds within half a second', () => {
    for (let failures = 0; failures < 12; failures += 1) {
      expect(Math.max(...pauses(failures))).toBeLessThanOrEqual(500);
    }
    const least = [...Array(12).keys()].reduce((sum, n) => sum + Math.min(...pauses(n)), 0);
    expect(least, 'and does not use up its tries sooner').toBeGreaterThan(2_500);
  });

  it('leaves a venue that stays away in peace', () => {
    expect(Math.min(...pauses(15))).toBeGreaterThanOrEqual(2_500);
    expect(Math.max(...pauses(1_000))).toBeLessThanOrEqual(5_000);
  });
});
