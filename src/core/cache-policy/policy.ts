/**
 * Which entry a full cache gives up: first what has expired, then what is worth least. A pure
 * object: a cache drives it, and so can a simulator with a recorded trace.
 *
 *     policy.onRead(key)                      at each read, whether it finds the value or not
 *     policy.onLoad(key, {bytes, costMs, expiresAtMs})   when a value is put in or replaced
 *     while (policy.isOver()) policy.onDrop(policy.pickVictim(nowMs).key)
 *     policy.onDrop(key)                      when it leaves for another reason
 *
 * Rank of an entry = age + value, with `value` of value.ts and the reads counted by a sketch that also
 * remembers keys no longer held. `age` follows the ranks of the victims, so an entry that is not
 * asked for falls behind the newcomers (GreedyDual-Size with Frequency, Cherkasova 1998, where it is
 * the rank of the last victim). A newcomer of low value is its own victim: nothing has to be admitted
 * apart. Each call costs O(log n) of the entries held.
 *
 * How much time an entry has left does not count: one that expires soon saves less, but also gives
 * its room back sooner. scripts/bench/cache-policy.ts compares this policy with others.
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
  onRead(key: string): void;
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

/**
 * How far `age` goes to the rank of a victim. At once (1) a scan of keys read once ages what is held
 * too much, never (0) what was popular stays. The less, the less is waited for in the bench; at half of
 * this what nobody asks for any more outlasts hundreds of others.
 */
const AGEING = 0.01;
/** Size of an entry, about; and counters for each in a row, lest newcomers count as known. */
const ENTRY_BYTES_USUAL = 4_096;
const COUNTERS_PER_ENTRY = 4;
const [WIDTH_MIN, WIDTH_MAX] = [1_024, 65_536];

export function createCachePolicy(options: {
  readonly bytesMax: number;
  /** Bound of the entries whatever their size. */
  readonly entriesMax?: number;
}): CachePolicy {
  const { bytesMax, entriesMax = 20_000 } = options;
  const sketch = createFrequencySketch(sketchWidth(bytesMax));
  const held = new Map<string, LoadedEntry>();
  const byRank = createRankedKeys();
  const byExpiry = createRankedKeys();
  let bytes = 0;
  let age = 0;

  function rank(key: string, entry: LoadedEntry): void {
    if (entry.bytes > bytesMax) return byRank.set(key, -Infinity);
    byRank.set(key, age + entryValue({ ...entry, reads: sketch.estimate(key) }));
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
    onRead: (key) => {
      sketch.add(key);
      const entry = held.get(key);
      if (entry !== undefined) rank(key, entry);
    },
    onLoad: (key, entry) => {
      drop(key);
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
      age += AGEING * Math.max(0, least.rank - age);
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

/** A power of two: counters for the entries that have room. */
function sketchWidth(bytesMax: number): number {
  const counters = (COUNTERS_PER_ENTRY * bytesMax) / ENTRY_BYTES_USUAL;
  return Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, 2 ** Math.ceil(Math.log2(counters))));
}
