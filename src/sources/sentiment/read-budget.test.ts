import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReadBudget } from './read-budget.ts';
import type { ReadsOfMonth } from './read-budget.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 3);

/** A file that outlives the budgets that use it. */
function disk() {
  const kept: { value?: ReadsOfMonth } = {};
  const file = {
    read: () => kept.value,
    write: (value: ReadsOfMonth) => void (kept.value = value),
  };
  const open = (monthly: number, intervalMs = HOUR) =>
    createReadBudget({ source: 'x', monthly, intervalMs, readsMin: 20, readsMax: 200, file });
  return { kept, open };
}

describe('the reads of a month', () => {
  it.each([
    // A question of ten posts and their authors is the smallest.
    [6_000, HOUR, { intervalMs: (31 * DAY) / 300, readsEach: 20 }],
    [15_000, HOUR, { intervalMs: HOUR, readsEach: 20 }],
    [74_400, HOUR, { intervalMs: HOUR, readsEach: 100 }],
    [10_000_000, HOUR, { intervalMs: HOUR, readsEach: 200 }],
    [20, HOUR, { intervalMs: 31 * DAY, readsEach: 20 }],
  ])('%d are spread over it: asked each %d ms', (monthly, intervalMs, expected) => {
    expect(disk().open(monthly, intervalMs)).toMatchObject(expected);
  });

  it('are counted before the question, so that a new life does not ask again at once', () => {
    const { kept, open } = disk();
    expect(open(15_000).take(NOW)).toBe(true);
    expect(kept.value).toEqual({ month: '2026-11', reads: 20, lastMs: NOW });

    expect(open(15_000).take(NOW + HOUR / 2)).toBe(false);
    expect(open(15_000).take(NOW + HOUR)).toBe(true);
  });

  it('are those that came, once that is known', () => {
    const { kept, open } = disk();
    const budget = open(15_000);
    budget.take(NOW);
    budget.settle(3);

    expect(kept.value?.reads).toBe(3);
  });

  it('end with the month, and say by which key', () => {
    const { open } = disk();
    const budget = open(20, HOUR);
    budget.take(NOW);

    expect(() => open(20, HOUR).take(NOW + 26 * DAY)).toThrow(
      'used up: sentiment_agent.sources.x.monthly_reads',
    );
    expect(open(20, HOUR).take(NOW + 31 * DAY)).toBe(true);
  });

  it('are asked for although the clock was set back', () => {
    const { open } = disk();
    open(15_000).take(NOW + 300 * DAY);

    expect(open(15_000).take(NOW)).toBe(true);
  });

  it('are never more than allowed, however often it starts and asks', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 2 * HOUR }), { maxLength: 300 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 20, max: 2_000 }), (given, monthly) => {
        const { kept, open } = disk();
        let nowMs = NOW;
        let asked = 0;
        for (const gap of given) {
          nowMs += gap;
          if (nowMs >= Date.UTC(2026, 11, 1)) break;
          const budget = open(monthly);
          try {
            if (budget.take(nowMs)) asked += budget.readsEach;
          } catch {
            break;
          }
        }
        expect(asked).toBeLessThanOrEqual(monthly);
        expect(kept.value?.reads ?? 0).toBe(asked);
      }),
    );
  });
});
