import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCachePolicy } from '#core/cache-policy/policy.ts';
import type { BenchPolicy, Room } from './bench-policy.ts';
import { lfu } from './lfu.ts';
import { lru } from './lru.ts';
import { simulate } from './simulate.ts';
import { goodUntil, type Trace, workingSet } from './trace.ts';
import { ttlOnly } from './ttl-only.ts';
import { windowTinyLfu } from './window-tiny-lfu.ts';

const DAY_MS = 86_400_000;
const POLICIES: readonly (readonly [string, (room: Room) => BenchPolicy])[] = [
  ['nightdesk', ({ bytesMax }) => createCachePolicy({ bytesMax })],
  ['LRU', lru],
  ['LFU', lfu],
  ['TTL only', ttlOnly],
  ['W-TinyLFU', windowTinyLfu],
];

/** Reads of keys of one byte that last, one a millisecond. */
function reading(places: readonly number[], keys = Math.max(...places) + 1): Trace {
  const traced = (place: number) => ({ key: `${place}`, bytes: 1, costMs: 1, ttlMs: DAY_MS });
  return {
    keys: Array.from({ length: keys }, (_, place) => traced(place)),
    reads: places.map((place, atMs) => [atMs, place]),
  };
}

function victims(policy: BenchPolicy, count: number): string[] {
  return Array.from({ length: count }, () => {
    const key = policy.pickVictim(0)?.key ?? '';
    policy.onDrop(key);
    return key;
  });
}

function loaded(policy: BenchPolicy, keys: string, expiresAtMs = (_key: string) => DAY_MS): void {
  for (const key of keys) {
    policy.onRead(key);
    policy.onLoad(key, { bytes: 1, costMs: 1, expiresAtMs: expiresAtMs(key) });
  }
}

describe.each(POLICIES)('%s', (_name, make) => {
  const trace = fc
    .array(fc.integer({ min: 0, max: 19 }), { minLength: 1, maxLength: 200 })
    .chain((places): fc.Arbitrary<Trace> =>
      fc
        .array(
          fc.record({
            bytes: fc.integer({ min: 1, max: 9 }),
            ttlMs: fc.integer({ min: 1, max: 99 }),
          }),
          {
            minLength: 20,
            maxLength: 20,
          },
        )
        .map((keys) => ({
          keys: keys.map((key, place) => ({ key: `${place}`, costMs: 1, ...key })),
          reads: places.map((place, atMs) => [atMs, place]),
        })),
    );

  it('always has an entry to give up, and loads what it must and no more with enough room', () => {
    fc.assert(
      fc.property(trace, fc.integer({ min: 9, max: 60 }), (given, bytesMax) => {
        const room = { bytesMax, entries: 20 };
        expect(simulate(given, make(room), room).reads).toBe(given.reads.length);
        const enough = { bytesMax: workingSet(given).bytes, entries: 20 };
        const { misses } = simulate(given, make(enough), enough);
        expect(misses).toBe(compulsory(given));
      }),
    );
  });
});

function compulsory({ keys, reads }: Trace): number {
  const until = new Map<number, number>();
  return reads.filter(([atMs, place]) => {
    const traced = keys[place];
    if (traced === undefined || (until.get(place) ?? 0) > atMs) return false;
    until.set(place, goodUntil(traced, atMs));
    return true;
  }).length;
}

it('LRU gives up what was used longest ago', () => {
  const policy = lru();
  loaded(policy, 'abcd');
  policy.onRead('a');
  policy.onRead('c');

  expect(victims(policy, 4)).toEqual(['b', 'd', 'a', 'c']);
});

it('LRU hits as a list of the last distinct keys does', () => {
  const places = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 8 }), (read, size) => {
      let [kept, hits]: [number[], number] = [[], 0];
      for (const place of read) {
        if (kept.includes(place)) hits += 1;
        kept = [place, ...kept.filter((one) => one !== place)].slice(0, size);
      }
      expect(simulate(reading(read), lru(), { bytesMax: size }).hits).toBe(hits);
    }),
  );
});

it('LFU gives up what was used least, then what was used longest ago, and forgets no use', () => {
  const policy = lfu();
  loaded(policy, 'abcd');
  for (const key of 'aabd') policy.onRead(key);

  expect(victims(policy, 3)).toEqual(['c', 'b', 'd']);
  loaded(policy, 'ec');
  expect(victims(policy, 3)).toEqual(['e', 'c', 'a']);
});

it('TTL only gives up what expires first', () => {
  const policy = ttlOnly();
  loaded(policy, 'abc', (key) => ({ a: 20, b: 10 })[key] ?? 30);

  expect(victims(policy, 3)).toEqual(['b', 'a', 'c']);
});

describe('W-TinyLFU', () => {
  const room = { bytesMax: 100, entries: 100 };
  const once = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

  it('admits no newcomer over what was used more often', () => {
    const hot = once(0, 99);
    const places = [...hot, ...hot, ...hot, ...once(100, 500), ...hot];

    const { hits } = simulate(reading(places), windowTinyLfu(room), room);

    expect(hits, 'all of the hot ones').toBe(3 * 99);
    expect(simulate(reading(places), lru(), room).hits).toBe(2 * 99);
  });

  it('admits a newcomer that is used more often than what it replaces', () => {
    const newcomer = Array.from({ length: 4 }, (_, i) => [200, 300 + i]).flat();
    const places = [...once(0, 100), ...newcomer, 399, 200];
    const { hits } = simulate(reading(places), windowTinyLfu(room), room);

    // Each time pushed out of the window by the next key; at the third time counted more often than one.
    expect(hits).toBe(3);
  });

  it('keeps what was used twice over what was used once', () => {
    const policy = windowTinyLfu({ bytesMax: 4, entries: 4 });
    loaded(policy, 'abcd');
    policy.onRead('b');

    expect(victims(policy, 4)).toEqual(['a', 'c', 'b', 'd']);
  });

  it('forgets what is not used any more', () => {
    const places = [0, 1_000].flatMap((from) =>
      Array.from({ length: 200 }, () => once(from, 90)).flat(),
    );
    const { hits } = simulate(reading(places), windowTinyLfu(room), room);

    expect(hits / places.length).toBeGreaterThan(0.75);
  });
});
