import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptiveTtlMs, type KeyHistory, noteLoad } from './adaptive-ttl.ts';

const BOUNDS = { min: 1_000, max: 600_000 };
const options = { bounds: BOUNDS, defaultMs: 300_000 };

/** Loads each `everyMs`, with a new value at each `changesEvery`-th of them. */
function historyOf(loads: {
  count: number;
  everyMs: number;
  changesEvery: number;
  reads: number;
}): KeyHistory {
  const { count, everyMs, changesEvery, reads } = loads;
  let history: KeyHistory | undefined;
  for (let i = 0; i < count; i += 1) {
    const digest = Math.floor(i / changesEvery);
    history = noteLoad(history, { digest, nowMs: i * everyMs, reads });
  }
  if (history === undefined) throw new Error('no loads');
  return history;
}

describe('the adaptive TTL', () => {
  it('is the default before a key is known', () => {
    const first = noteLoad(undefined, { digest: 1, nowMs: 0, reads: 0 });

    expect(adaptiveTtlMs(first, options)).toBe(300_000);
    expect(adaptiveTtlMs(first, { ...options, defaultMs: 1 })).toBe(BOUNDS.min);
  });

  it('is short for what changes often and long for what seldom does', () => {
    const busy = historyOf({ count: 50, everyMs: 5_000, changesEvery: 1, reads: 20 });
    const calm = historyOf({ count: 50, everyMs: 60_000, changesEvery: 25, reads: 20 });

    expect(adaptiveTtlMs(busy, options)).toBeLessThan(2_000);
    expect(adaptiveTtlMs(calm, options)).toBeGreaterThan(200_000);
  });

  it('is longer for what is read more', () => {
    const often = historyOf({ count: 50, everyMs: 60_000, changesEvery: 5, reads: 600 });
    const rarely = historyOf({ count: 50, everyMs: 60_000, changesEvery: 5, reads: 0 });

    expect(adaptiveTtlMs(often, options)).toBeGreaterThan(adaptiveTtlMs(rarely, options) * 1.5);
  });

  it('grows while a value goes on unchanged', () => {
    const ttls = [3, 6, 12].map((count) =>
      adaptiveTtlMs(historyOf({ count, everyMs: 30_000, changesEvery: 100, reads: 5 }), options),
    );

    expect(ttls).toEqual(ttls.toSorted((a, b) => a - b));
    expect(new Set(ttls).size).toBe(3);
  });

  it('stays within its bounds whatever happened', () => {
    const load = fc.record({
      digest: fc.integer({ min: 0, max: 2 }),
      // A wall clock may step back.
      nowMs: fc.integer({ min: 0, max: 1e12 }),
      reads: fc.integer({ min: 0, max: 1e6 }),
    });
    fc.assert(
      fc.property(fc.array(load, { minLength: 1, maxLength: 20 }), (loads) => {
        let history: KeyHistory | undefined;
        for (const one of loads) {
          history = noteLoad(history, one);
          const ttlMs = adaptiveTtlMs(history, options);
          expect(ttlMs).toBeGreaterThanOrEqual(BOUNDS.min);
          expect(ttlMs).toBeLessThanOrEqual(BOUNDS.max);
        }
      }),
    );
  });
});
