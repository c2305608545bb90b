/**
 * A policy as the simulator of the cache bench sees it; `createCachePolicy` of the desk is one. The
 * simulator drops what has expired before it asks for a victim and reads again in place what expired
 * while it was held, for each policy alike: they differ in their ranking alone.
 */
import type { CachePolicy } from '#core/cache-policy/policy.ts';

export type BenchPolicy = Pick<CachePolicy, 'onRead' | 'onLoad' | 'onDrop' | 'pickVictim'>;

export interface Room {
  readonly bytesMax: number;
  /** About so many of the trace's entries have room: a sketch is made for so many. */
  readonly entries: number;
}
