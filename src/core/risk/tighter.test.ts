import { describe, expect, it } from 'vitest';
import { RiskLimits } from './config.ts';
import { isTighter } from './tighter.ts';

describe('isTighter', () => {
  it('knows a direction for every limit', () => {
    const limits = RiskLimits.parse({});
    const unknown = Object.entries(limits).filter(
      ([key, value]) =>
        typeof value !== 'number' ||
        isTighter(key, value, value / 2) === isTighter(key, value, value * 2),
    );

    expect(unknown).toEqual([]);
  });

  it.each([
    ['daily_loss_max', 0.05, 0.02, true],
    ['daily_loss_max', 0.02, 0.05, false],
    ['daily_loss_max', 0.02, 0.02, false],
    ['stop_distance_min', 0.001, 0.002, true],
    ['stop_distance_min', 0.002, 0.001, false],
    ['toString', 2, 1, false],
    ['daily_loss_max', '0.05', 0.02, false],
  ])('%s from %s to %s: %s', (key, from, to, expected) => {
    expect(isTighter(key, from, to)).toBe(expected);
  });
});
