import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrequencySketch } from './frequency-sketch.ts';
import { createCachePolicy, type LoadedEntry } from './policy.ts';
import { createRankedKeys } from './ranked-keys.ts';

const entry = (given: Partial<LoadedEntry> = {}): LoadedEntry => ({
  bytes: 100,
  costMs: 10,
  expiresAtMs: 1e9,
  ...given,
});

function load(policy: ReturnType<typeof createCachePolicy>, key: string, given = entry()) {
  policy.onRead(key);
  policy.onLoad(key, given);
  const gone: string[] = [];
  while (policy.isOver()) {
    const victim = policy.pickVictim(0);
    if (victim === undefined) break;
    policy.onDrop(victim.key);
    gone.push(victim.key);
  }
  return gone;
}

describe('the cache policy', () => {
  it('never holds more than its budget and counts every byte', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('load' as const),
        key: fc.integer({ min: 0, max: 20 }),
        bytes: fc.integer({ min: 1, max: 1_500 }),
        costMs: fc.double({ min: 0, max: 1e4, noNaN: true }),
        expiresAtMs: fc.integer({ min: 0, max: 100 }),
      }),
      fc.record({ kind: fc.constant('hit' as const), key: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant('drop' as const), key: fc.integer({ min: 0, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const policy = createCachePolicy({ bytesMax: 1_000, entriesMax: 8 });
        const held = new Map<string, number>();
        for (const [nowMs, at] of steps.entries()) {
          const key = String(at.key);
          if (at.kind === 'hit') policy.onRead(key);
          if (at.kind === 'drop') {
            policy.onDrop(key);
            held.delete(key);
          }
          if (at.kind !== 'load') continue;
          policy.onLoad(key, at);
          held.set(key, at.bytes);
          while (policy.isOver()) {
            const victim = policy.pickVictim(nowMs);
            expect(held.has(victim?.key ?? ''), 'a victim is an entry that is held').toBe(true);
            policy.onDrop(victim?.key ?? '');
            held.delete(victim?.key ?? '');
          }
          expect(policy.bytes()).toBe([...held.values()].reduce((sum, bytes) => sum + bytes, 0));
          expect(policy.bytes()).toBeLessThanOrEqual(1_000);
          expect(policy.entries()).toBe(held.size);
          expect(held.size).toBeLessThanOrEqual(8);
        }
      }),
    );
  });

  it('gives up what is dear to keep before what was dear to load', () => {
    const policy = createCachePolicy({ bytesMax: 1_000 });
    load(policy, 'large', entry({ bytes: 600 }));
    load(policy, 'dear', entry({ bytes: 300, costMs: 1_000 }));

    expect(load(policy, 'new', entry({ bytes: 300 }))).toEqual(['large']);
  });

  it('keeps what is had cheaply and asked for often before what is dear and seldom asked for', () => {
    const policy = createCachePolicy({ bytesMax: 300 });
    load(policy, 'dear', entry({ costMs: 100 }));
    policy.onRead('dear');
    load(policy, 'cheap', entry({ costMs: 1 }));
    for (let i = 0; i < 20; i += 1) policy.onRead('cheap');
    load(policy, 'third');
    for (let i = 0; i < 100; i += 1) policy.onRead('third');

    expect(load(policy, 'new', entry({ costMs: 5_000 }))).toEqual(['dear']);
  });

  it('keeps what is asked for, and lets it go when it is not any more', () => {
    const policy = createCachePolicy({ bytesMax: 300 });
    load(policy, 'loved');
    for (let i = 0; i < 5; i += 1) policy.onRead('loved');
    const first = Array.from({ length: 4 }, (_, i) => load(policy, `once-${i}`)).flat();
    const later = Array.from({ length: 400 }, (_, i) => {
      const later = `later-${i}`;
      return [...load(policy, later), ...load(policy, later)];
    }).flat();

    expect(first).not.toContain('loved');
    expect(later).toContain('loved');
  });

  it('lets no scan of keys read once push out what is read', () => {
    const policy = createCachePolicy({ bytesMax: 1_000 });
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < 9; i += 1) load(policy, `read-${i}`);
    }
    // Cheaper to keep or dearer to load, but read once.
    const gone = Array.from({ length: 20 }, (_, i) =>
      load(policy, `scan-${i}`, entry({ bytes: 50, costMs: 20 })),
    ).flat();

    expect(gone.filter((key) => key.startsWith('read-'))).toEqual([]);
  });

  it('counts a read once, and a load that nobody reads not at all', () => {
    const policy = createCachePolicy({ bytesMax: 300 });
    load(policy, 'read twice');
    policy.onRead('read twice');
    load(policy, 'read once', entry({ costMs: 11 }));
    for (let i = 0; i < 5; i += 1) policy.onLoad('loaded ahead', entry());

    expect(policy.pickVictim(0)?.key).toBe('loaded ahead');
    policy.onDrop('loaded ahead');
    expect(policy.pickVictim(0)?.key).toBe('read once');
  });

  it('gives up what has expired first, and what never fits at once', () => {
    const policy = createCachePolicy({ bytesMax: 300 });
    load(policy, 'old', entry({ costMs: 1e6, expiresAtMs: 5 }));
    load(policy, 'young');

    expect(policy.pickVictim(5)).toEqual({ key: 'old', reason: 'expired' });
    expect(policy.pickVictim(4)).toEqual({ key: 'young', reason: 'least-value' });
    expect(load(policy, 'huge', entry({ bytes: 301, costMs: 1e9 }))).toEqual(['huge']);
  });

  it('is empty after it was cleared', () => {
    const policy = createCachePolicy({ bytesMax: 300 });
    load(policy, 'a');
    policy.clear();

    expect([policy.bytes(), policy.entries(), policy.pickVictim(0)]).toEqual([0, 0, undefined]);
  });
});

describe('the sketch', () => {
  it('never counts too little before it ages', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 600, size: 'max' });
    fc.assert(
      fc.property(keys, (asked) => {
        const sketch = createFrequencySketch(64);
        const counts = new Map<number, number>();
        for (const key of asked) {
          sketch.add(String(key));
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        for (const [key, count] of counts) {
          expect(sketch.estimate(String(key))).toBeGreaterThanOrEqual(count);
        }
      }),
    );
  });

  it('forgets by halves', () => {
    const sketch = createFrequencySketch(16);
    for (let i = 0; i < 100; i += 1) sketch.add('then');
    for (let i = 0; i < 1_000; i += 1) sketch.add('now');

    expect(sketch.estimate('then')).toBeLessThan(10);
    expect(sketch.estimate('now')).toBeGreaterThan(50);
  });
});

describe('ranked keys', () => {
  it('give the lowest rank whatever was added, changed and removed', () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 12 }),
      rank: fc.oneof(fc.constant(undefined), fc.integer({ min: -50, max: 50 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
        const ranked = createRankedKeys();
        const model = new Map<string, number>();
        for (const { key, rank } of steps) {
          if (rank === undefined) {
            ranked.remove(String(key));
            model.delete(String(key));
          } else {
            ranked.set(String(key), rank);
            model.set(String(key), rank);
          }
          const lowest = ranked.lowest();
          expect(lowest?.rank).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
          if (lowest !== undefined) expect(model.get(lowest.key)).toBe(lowest.rank);
        }
      }),
    );
  });
});
