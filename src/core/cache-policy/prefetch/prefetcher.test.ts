import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPrefetcher, type PlannedLoad, type Read } from './prefetcher.ts';

const MINUTE_MS = 60_000;

/** Plans every 250 ms while the reads go by; every planned load is done. */
function run(reads: readonly Read[], untilMs: number) {
  const prefetcher = createPrefetcher();
  const planned: (PlannedLoad & { readonly nowMs: number })[] = [];
  const left = reads.toSorted((a, b) => a.atMs - b.atMs);
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 250) {
    while ((left[0]?.atMs ?? Infinity) <= nowMs) {
      const read = left.shift();
      if (read !== undefined) prefetcher.observe(read);
    }
    for (const load of prefetcher.plan(nowMs)) {
      planned.push({ ...load, nowMs });
      prefetcher.loaded(load.key);
    }
  }
  return { prefetcher, planned };
}

const times = (count: number, atMs: (i: number) => number, key = 'a'): Read[] =>
  Array.from({ length: count }, (_, i) => ({ key, atMs: atMs(i) }));

describe('the prefetcher', () => {
  it('learns a period with its phase and plans just before the next read', () => {
    const { prefetcher, planned } = run(
      times(20, (i) => 7_000 + i * 30_000),
      600_000,
    );

    expect(planned.length).toBeGreaterThan(12);
    for (const { nowMs, wantedMs, pattern } of planned) {
      expect(pattern).toBe('period');
      expect((wantedMs - 7_000) % 30_000).toBeCloseTo(0, 3);
      expect(wantedMs - nowMs).toBeGreaterThan(1_000);
      expect(wantedMs - nowMs).toBeLessThanOrEqual(1_500);
    }
    expect(prefetcher.tally().period).toEqual({ used: planned.length, wasted: 0 });
  });

  it('learns that candles are read at their close and plans after it, never before', () => {
    const reads = Array.from({ length: 12 }, (_, i): Read => {
      const late = [900, 4_000, 8_000, 2_000][i % 4] ?? 0;
      return { key: 'candles', atMs: (i + 1) * MINUTE_MS + late, candleMs: MINUTE_MS };
    });

    const { prefetcher, planned } = run(reads, 13 * MINUTE_MS);

    const atClose = planned.filter(({ pattern }) => pattern === 'boundary');
    expect(atClose.length).toBeGreaterThanOrEqual(7);
    for (const { nowMs } of atClose) expect(nowMs % MINUTE_MS).toBe(500);
    // Two closes in a row are enough.
    expect(atClose[0]?.nowMs).toBe(3 * MINUTE_MS + 500);
    expect(prefetcher.tally().boundary.used).toBeGreaterThanOrEqual(6);
  });

  it('learns what is read after what', () => {
    const leads = times(12, (i) => i * 97_000 + (i % 3) * 21_000, 'tickers');
    const follows = leads.map(({ atMs }) => ({ key: 'rules', atMs: atMs + 2_000 }));

    const { prefetcher, planned } = run([...leads, ...follows], 1_300_000);

    const sequence = planned.filter(({ pattern }) => pattern === 'sequence');
    expect(new Set(sequence.map(({ key }) => key))).toEqual(new Set(['rules']));
    expect(sequence.length).toBeGreaterThanOrEqual(6);
    expect(prefetcher.tally().sequence.wasted).toBe(0);
  });

  it('plans nothing for reads without a rhythm', () => {
    const gaps = [3, 70, 11, 140, 29, 5, 200, 41, 90, 13, 160, 7];
    let atMs = 0;
    const reads = gaps.map((gap) => ({ key: 'a', atMs: (atMs += gap * 1_000) }));

    expect(run(reads, atMs).planned).toEqual([]);
  });

  it('stops where it does not pay, and begins again where it does', () => {
    const prefetcher = createPrefetcher();
    let acted = 0;
    const round = (i: number, isRead: boolean): void => {
      const nowMs = i * 1_000_000;
      prefetcher.select(['x'], nowMs);
      acted += prefetcher.plan(nowMs).length;
      if (isRead) prefetcher.observe({ key: 'x', atMs: nowMs + 1_000 });
      prefetcher.plan(nowMs + 500_000);
    };
    for (let i = 0; i < 30; i += 1) round(i, false);
    const inVain = acted;
    for (let i = 30; i < 60; i += 1) round(i, true);

    expect(inVain).toBeLessThanOrEqual(5);
    expect(acted - inVain, 'it pays again').toBeGreaterThan(20);
  });

  it('keeps within its bounds, plans a key once at a time and never in the future', () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 40 }),
      gapMs: fc.integer({ min: 0, max: 100_000 }),
      candleMs: fc.constantFrom(undefined, MINUTE_MS),
      isSelected: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
        const prefetcher = createPrefetcher({ keysMax: 10 });
        let nowMs = 0;
        let loads = 0;
        for (const { key, gapMs, candleMs, isSelected } of steps) {
          nowMs += gapMs;
          if (isSelected) prefetcher.select([String(key)], nowMs);
          else prefetcher.observe({ key: String(key), atMs: nowMs, candleMs });
          const planned = prefetcher.plan(nowMs);
          expect(new Set(planned.map((one) => one.key)).size).toBe(planned.length);
          for (const one of planned) prefetcher.loaded(one.key);
          loads += planned.length;
          expect(prefetcher.keys()).toBeLessThanOrEqual(20);
        }
        const settled = Object.values(prefetcher.tally());
        const judgedLoads = settled.reduce((sum, { used, wasted }) => sum + used + wasted, 0);
        expect(judgedLoads).toBeLessThanOrEqual(loads);
      }),
    );
  });
});
