/**
 * Plays a trace against a policy with so much room: each read finds its value or loads it at once.
 * With a prefetcher what it plans is loaded between the reads as the desk does it, every 250 ms.
 */
import type { Prefetcher } from '#core/cache-policy/prefetch/prefetcher.ts';
import { createRankedKeys } from '#core/cache-policy/ranked-keys.ts';
import { PREFETCH_EVERY_MS } from '#cache/prefetch-runner.ts';
import type { BenchPolicy } from './bench-policy.ts';
import { goodUntil, type Trace, type TracedKey } from './trace.ts';

export interface Played {
  readonly reads: number;
  readonly hits: number;
  /** Loads that a reader waited for, and what they cost. */
  readonly misses: number;
  readonly missedMs: number;
  /** Loads of all sorts: those, and the ones ahead. */
  readonly loads: number;
  readonly loadedBytes: number;
}

export function simulate(
  { keys, reads }: Trace,
  policy: BenchPolicy,
  { bytesMax, prefetcher }: { readonly bytesMax: number; readonly prefetcher?: Prefetcher },
): Played {
  const places = new Map(keys.map((traced) => [traced.key, traced]));
  const cache = createSimulated(policy, bytesMax);
  let [hits, missedMs, misses] = [0, 0, 0];
  let plannedMs = reads[0]?.[0] ?? 0;

  function loadAhead(untilMs: number): void {
    for (; prefetcher !== undefined && plannedMs < untilMs; plannedMs += PREFETCH_EVERY_MS) {
      for (const { key, wantedMs } of prefetcher.plan(plannedMs)) {
        const traced = places.get(key);
        if (traced === undefined || cache.isFresh(key, Math.max(plannedMs, wantedMs))) continue;
        cache.load(traced, plannedMs);
        prefetcher.loaded(key);
      }
    }
  }

  for (const [atMs, place] of reads) {
    loadAhead(atMs);
    const traced = keys[place];
    if (traced === undefined) throw new Error(`the trace has no key ${place}`);
    prefetcher?.observe({ key: traced.key, atMs, candleMs: traced.candleMs });
    policy.onRead(traced.key);
    if (cache.isFresh(traced.key, atMs)) {
      hits += 1;
      continue;
    }
    misses += 1;
    missedMs += traced.costMs;
    cache.load(traced, atMs);
  }
  return { reads: reads.length, hits, misses, missedMs, ...cache.loaded() };
}

function createSimulated(policy: BenchPolicy, bytesMax: number) {
  const held = new Map<string, { readonly bytes: number; readonly expiresAtMs: number }>();
  const byExpiry = createRankedKeys();
  let [bytes, loads, loadedBytes] = [0, 0, 0];

  function drop(key: string): void {
    bytes -= held.get(key)?.bytes ?? 0;
    held.delete(key);
    byExpiry.remove(key);
    policy.onDrop(key);
  }

  function makeRoom(nowMs: number): void {
    while (bytes > bytesMax) {
      const first = byExpiry.lowest();
      const isOver = first !== undefined && first.rank <= nowMs;
      const victim = isOver ? first : policy.pickVictim(nowMs);
      if (victim === undefined || !held.has(victim.key)) throw new Error('no victim, but no room');
      drop(victim.key);
    }
  }

  return {
    isFresh: (key: string, atMs: number): boolean => (held.get(key)?.expiresAtMs ?? 0) > atMs,
    load: (traced: TracedKey, nowMs: number): void => {
      const { key } = traced;
      const expiresAtMs = goodUntil(traced, nowMs);
      loads += 1;
      loadedBytes += traced.bytes;
      bytes += traced.bytes - (held.get(key)?.bytes ?? 0);
      held.set(key, { bytes: traced.bytes, expiresAtMs });
      byExpiry.set(key, expiresAtMs);
      policy.onLoad(key, { bytes: traced.bytes, costMs: traced.costMs, expiresAtMs });
      makeRoom(nowMs);
    },
    loaded: () => ({ loads, loadedBytes }),
  };
}
