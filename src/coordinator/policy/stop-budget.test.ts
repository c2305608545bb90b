import { describe, expect, it } from 'vitest';
import { stageWithinMs } from './stop-budget.ts';

describe('stageWithinMs', () => {
  it('leaves every later stage a reserve', () => {
    expect(stageWithinMs(7_500, 4)).toBe(5_100);
    expect(stageWithinMs(3_000, 0)).toBe(3_000);
  });

  it('still gives a stage something when all time is gone', () => {
    expect(stageWithinMs(-500, 2)).toBe(600);
  });

  it('ends all stages near the whole time when every one hangs', () => {
    let remainingMs = 7_500;
    let spentMs = 0;
    for (let after = 4; after >= 0; after -= 1) {
      const stageMs = stageWithinMs(remainingMs, after);
      spentMs += stageMs;
      remainingMs -= stageMs;
    }

    expect(spentMs).toBeLessThanOrEqual(7_500);
  });
});
