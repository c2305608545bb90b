import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packEntry } from '#cache/entry-codec.ts';
import { createPrefetcher } from '#core/cache-policy/prefetch/prefetcher.ts';
import { lru } from './lru.ts';
import { readTrace, writeTrace } from './recorded-trace.ts';
import { simulate } from './simulate.ts';
import { syntheticTrace } from './synthetic-trace.ts';
import { gatherTrace } from './trace-gatherer.ts';
import { goodUntil, workingSet } from './trace.ts';

const BOOK = 'depthSnapshot.v1:BTC/USDT';
const CANDLES = 'candleHistory.v1:BTC/USDT|1m|300';

function entry(costMs: number, ttlMs: number): Buffer {
  const failure = { code: 'gone', message: 'no such pair' };
  return packEntry({ ttlMs, staleMs: 0, costMs, failure }, undefined, false);
}

function gathered() {
  const gatherer = gatherTrace();
  gatherer.fill(BOOK, entry(30, 1_000), 900);
  gatherer.fill(BOOK, entry(50, 3_000), 950);
  gatherer.fill(BOOK, entry(40, 2_000), 1_000);
  gatherer.fill(CANDLES, entry(20, 55_000), 6_000);
  const from = 'screen';
  gatherer.hear({ type: 'filled', from, id: BOOK }, 5_000);
  gatherer.hear({ type: 'read', from, reads: [[CANDLES, 2, 100]] }, 10_300);
  gatherer.hear(
    {
      type: 'read',
      from,
      reads: [
        [BOOK, 1, 250],
        ['depthSnapshot.v1:A/B', 1, 0],
      ],
    },
    10_350,
  );
  return gatherer.trace('a test');
}

describe('a recorded trace', () => {
  let folder = '';
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'nd-trace-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has the reads in their order, and of each key the middle of what its loads gave', () => {
    const { trace, unknown } = gathered();

    expect(unknown).toBe(1);
    expect(trace.startMs).toBe(10_100);
    expect(trace.reads).toEqual([
      [0, 0],
      [100, 1],
      [100, 1],
    ]);
    expect(trace.keys).toEqual([
      { key: BOOK, bytes: 950, costMs: 40, ttlMs: 2_000 },
      { key: CANDLES, bytes: 6_000, costMs: 20, ttlMs: 55_000, candleMs: 60_000 },
    ]);
  });

  it('comes back from its file by the venue clock, and a file that is none is refused', () => {
    const file = join(folder, 'trace.json.gz');
    const { trace } = gathered();
    writeTrace(file, trace);
    expect(readTrace(file).reads[1]).toEqual([10_200, 1]);

    const reads: [number, number][] = [[0, 2]];
    writeFileSync(file, gzipSync(JSON.stringify({ ...trace, reads })));
    expect(() => readTrace(file)).toThrow('lacks a key');
  });

  it('is good until its candle ends, or for its time', () => {
    const traced = { key: 'k', bytes: 1, costMs: 1, ttlMs: 500 };

    expect(goodUntil(traced, 59_900)).toBe(60_400);
    expect(goodUntil({ ...traced, candleMs: 60_000 }, 59_900)).toBe(60_000);
    expect(goodUntil({ ...traced, candleMs: 60_000 }, 60_000)).toBe(120_000);
  });

  it('is played with loads ahead: what is read in a rhythm is there before it is read', () => {
    const key = { key: 'k', bytes: 1, costMs: 10, ttlMs: 5_000 };
    const reads = Array.from({ length: 60 }, (_, i): [number, number] => [1e9 + i * 10_000, 0]);
    const given = { keys: [key], reads };
    const prefetcher = createPrefetcher();

    const [without, ahead] = [
      simulate(given, lru(), { bytesMax: 10 }),
      simulate(given, lru(), { bytesMax: 10, prefetcher }),
    ];

    expect([without.hits, without.loads, without.missedMs]).toEqual([0, 60, 600]);
    expect(ahead.hits).toBeGreaterThan(50);
    expect(ahead.loads, 'no load is left out of the count').toBeGreaterThanOrEqual(60);
    expect(ahead.loadedBytes).toBe(ahead.loads);
  });

  it('has as its working set the most that is good at one time', () => {
    const keys = [3, 5].map((bytes, place) => ({ key: `${place}`, bytes, costMs: 1, ttlMs: 10 }));

    expect(
      workingSet({
        keys,
        reads: [
          [0, 0],
          [10, 1],
        ],
      }),
    ).toEqual({ bytes: 5, entries: 1 });
    expect(
      workingSet({
        keys,
        reads: [
          [0, 0],
          [9, 1],
        ],
      }),
    ).toEqual({ bytes: 8, entries: 2 });
  });
});

it('a synthetic trace repeats with its seed, and its popularity falls as 1 / rank^0.9', () => {
  const [one, again, other] = [syntheticTrace('a'), syntheticTrace('a'), syntheticTrace('b')];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);

  const counts = new Map<number, number>();
  for (const [, place] of one.reads) counts.set(place, (counts.get(place) ?? 0) + 1);
  const ratio = (counts.get(0) ?? 0) / (counts.get(9) ?? 1);
  expect(ratio).toBeGreaterThan(0.9 * 10 ** 0.9);
  expect(ratio).toBeLessThan(1.1 * 10 ** 0.9);

  const moving = syntheticTrace('a', 1_800_000).reads.map(([, place]) => place);
  const after = (share: number): number[] => moving.slice(moving.length * share);
  expect(mostRead(moving.slice(0, 90_000))).toBe(0);
  expect(mostRead(after(0.5))).toBe(701);
});

function mostRead(places: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}
