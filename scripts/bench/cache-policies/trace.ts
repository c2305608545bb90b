import { createRankedKeys } from '#core/cache-policy/ranked-keys.ts';

/** Reads of a cache, and what a load of each key gave: what a policy is judged with. */
export interface TracedKey {
  readonly key: string;
  readonly bytes: number;
  /** Time of a load and its request weight, as `costOf` of core/cache-policy has them. */
  readonly costMs: number;
  /** How long a value loaded is good for; with `candleMs` until the candle ends in which it was loaded. */
  readonly ttlMs: number;
  readonly candleMs?: number | undefined;
}

export interface Trace {
  readonly keys: readonly TracedKey[];
  /** Moment and place in `keys`, in the order of time. */
  readonly reads: readonly (readonly [atMs: number, place: number])[];
}

/** Until when a value is good that was loaded at a moment. */
export function goodUntil({ ttlMs, candleMs }: TracedKey, atMs: number): number {
  return candleMs === undefined ? atMs + ttlMs : (Math.floor(atMs / candleMs) + 1) * candleMs;
}

/** Most bytes that are good at one moment when nothing is given up: with so much room nothing has to be. */
export function workingSet({ keys, reads }: Trace): { bytes: number; entries: number } {
  const held = new Map<number, number>();
  const byExpiry = createRankedKeys();
  let [bytes, most, entries] = [0, 0, 0];
  for (const [atMs, place] of reads) {
    for (let first = byExpiry.lowest(); first !== undefined && first.rank <= atMs;) {
      byExpiry.remove(first.key);
      bytes -= held.get(Number(first.key)) ?? 0;
      held.delete(Number(first.key));
      first = byExpiry.lowest();
    }
    const traced = keys[place];
    if (traced === undefined || held.has(place)) continue;
    held.set(place, traced.bytes);
    byExpiry.set(String(place), goodUntil(traced, atMs));
    bytes += traced.bytes;
    if (bytes <= most) continue;
    most = bytes;
    entries = held.size;
  }
  return { bytes: most, entries };
}
