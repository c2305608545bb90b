/** The judge of the crash drill: a desk that did the wrong thing has to be told apart. */
import { describe, expect, it } from 'vitest';
import type { RiskLevel } from '#core/model/risk-state.ts';
import { judgeCrash, type SeenCrash } from '../../scripts/acceptance/crash-order.ts';
import { findings } from '../../scripts/acceptance/findings.ts';

const at = (level: RiskLevel, afterMs: number, exposure: number) => ({
  level,
  afterMs,
  exposure,
  reasons: [],
});
const RIGHT: SeenCrash = {
  levels: [
    at('normal', 0, 0.8),
    at('warn', 10_000, 0.8),
    at('reduce', 20_000, 0.8),
    at('halt', 30_000, 0.4),
    at('flatten', 40_000, 0.4),
  ],
  lateEntries: [],
  refusedForLevel: 12,
  flatMs: 41_000,
  halts: ['month-drawdown'],
};

function failed(change: Partial<SeenCrash>): readonly string[] {
  const report = findings('a crash');
  judgeCrash({ ...RIGHT, ...change }, report);
  return report.failed;
}

const without = (level: RiskLevel) => RIGHT.levels.filter((seen) => seen.level !== level);
const exchanged = (one: number, other: number) =>
  RIGHT.levels.map((seen, k) => {
    const from = RIGHT.levels[k === one ? other : k === other ? one : k] ?? seen;
    return { ...seen, level: from.level };
  });

describe('the judge of the crash drill', () => {
  it('is content with warn, reduce, halt, flatten and a flat account', () => {
    expect(failed({})).toEqual([]);
  });

  it.each(['warn', 'reduce', 'halt', 'flatten'] as const)('misses a skipped %s', (level) => {
    expect(failed({ levels: without(level) }).join()).toContain(`${level} was reached: never`);
  });

  it.each([
    ['levels in another order', { levels: exchanged(2, 3) }, 'in that order'],
    ['a level that fell back', { levels: [...RIGHT.levels, at('warn', 50_000, 0)] }, 'never back'],
    ['nothing seen at all', { levels: [] }, 'calm before it'],
    ['a desk that was not calm', { levels: RIGHT.levels.slice(1) }, 'calm before it'],
    ['an entry after reduce', { lateEntries: ['BTC/USDT'] }, 'no entry from reduce on'],
    ['a gate that never spoke of the level', { refusedForLevel: 0 }, 'refused for the level'],
    ['positions that stayed', { flatMs: undefined }, 'flat within'],
    ['a slow sale', { flatMs: 60_000 }, 'flat within'],
    ['a desk that trades on', { halts: [] }, 'it stays down'],
    [
      'a reduce that sold nothing',
      { levels: RIGHT.levels.map((seen) => ({ ...seen, exposure: 0.8 })) },
      'reduce sold a part',
    ],
    [
      'a reduce that sold everything',
      { levels: RIGHT.levels.map((seen, k) => (k < 3 ? seen : { ...seen, exposure: 0 })) },
      'reduce sold a part',
    ],
  ])('finds %s', (_what, change, named) => {
    expect(failed(change).join()).toContain(named);
  });
});
