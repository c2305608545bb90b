/**
 * Which entry a full cache gives up: first what has expired, then what is worth least. A pure
 * object: a cache drives it, and so can a simulator with a recorded trace.
 *
 *     policy.onHit(key)                       at each hit
 *     policy.onLoad(key, {bytes, costMs, expiresAtMs})   when a value is put in or replaced
 *     while (policy.isOver()) policy.onDrop(policy.pickVictim(nowMs).key)
 *     policy.onDrop(key)                      when it leaves for another reason
 *
 * Rank of an entry = age + value, with `value` of value.ts and the hits expected estimated from the
 * counts of a sketch that also remembers keys no longer held. `age` is the rank of the last victim,
 * so an entry that is not asked for falls behind the newcomers (GreedyDual-Size with Frequency,
 * Cherkasova 1998). A newcomer of low value is its own victim: nothing has to be admitted apart.
 * Each call costs O(log n) of the entries held.
 */
import { createFrequencySketch } from './frequency-sketch.ts';
import { createRankedKeys } from './ranked-keys.ts';
import { entryValue } from './value.ts';

export interface LoadedEntry {
  readonly bytes: number;
  readonly costMs: number;
  /** By the same clock as `pickVictim` is told. */
  readonly expiresAtMs: number;
}

export type EvictionReason = 'expired' | 'least-value';

export interface Victim {
  readonly key: string;
  readonly reason: EvictionReason;
}

export interface CachePolicy {
  onHit(key: string): void;
  /** An entry larger than the whole budget becomes the next victim at once. */
  onLoad(key: string, entry: LoadedEntry): void;
  /** The entry left the cache: evicted, invalidated or found expired. */
  onDrop(key: string): void;
  pickVictim(nowMs: number): Victim | undefined;
  isOver(): boolean;
  bytes(): number;
  entries(): number;
  clear(): void;
}

export function createCachePolicy(options: {
  readonly bytesMax: number;
  /** Bound of the entries whatever their size. */
  readonly entriesMax?: number;
}): CachePolicy {
  const { bytesMax, entriesMax = 20_000 } = options;
  const sketch = createFrequencySketch();
  const held = new Map<string, LoadedEntry>();
  const byRank = createRankedKeys();
  const byExpiry = createRankedKeys();
  let bytes = 0;
  let age = 0;

  function rank(key: string, entry: LoadedEntry): void {
    if (entry.bytes > bytesMax) return byRank.set(key, -Infinity);
    byRank.set(key, age + entryValue({ ...entry, hitsExpected: sketch.estimate(key) }));
  }

  function drop(key: string): void {
    const entry = held.get(key);
    if (entry === undefined) return;
    bytes -= entry.bytes;
    held.delete(key);
    byRank.remove(key);
    byExpiry.remove(key);
  }

  return {
    onHit: (key) => {
      sketch.add(key);
      const entry = held.get(key);
      if (entry !== undefined) rank(key, entry);
    },
    onLoad: (key, entry) => {
      drop(key);
      sketch.add(key);
      held.set(key, entry);
      bytes += entry.bytes;
      byExpiry.set(key, entry.expiresAtMs);
      rank(key, entry);
    },
    onDrop: drop,
    pickVictim: (nowMs) => {
      const oldest = byExpiry.lowest();
      if (oldest !== undefined && oldest.rank <= nowMs) {
        return { key: oldest.key, reason: 'expired' };
      }
      const least = byRank.lowest();
      if (least === undefined) return undefined;
      // One that never fitted says nothing about what the others are worth.
      age = Math.max(age, least.rank);
      return { key: least.key, reason: 'least-value' };
    },
    isOver: () => bytes > bytesMax || held.size > entriesMax,
    bytes: () => bytes,
    entries: () => held.size,
    clear: () => {
      held.clear();
      byRank.clear();
      byExpiry.clear();
      bytes = 0;
    },
  };
}
