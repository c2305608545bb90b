/**
 * What an entry of the cache is worth: the cost that a byte of it is expected to save.
 *
 *     value = hits expected x (cost to load + what any load takes) / size
 *
 * Hits are expected as there were: reads but for the first, which found nothing.
 * `costMs` is the time to load it plus what it takes of the venue's request weight, in the same
 * unit (see {@link costOf}); `bytes` is the size that is counted against the budget.
 */
export function entryValue(entry: {
  readonly reads: number;
  readonly costMs: number;
  readonly bytes: number;
}): number {
  const { reads, costMs, bytes } = entry;
  return (hitsExpected(reads) * (costMs + LOAD_ITSELF_MS)) / Math.max(1, bytes);
}

/** Of what was not read again yet: much less than one hit, or a scan would push out what was. */
const HITS_OF_UNKNOWN = 0.1;

function hitsExpected(reads: number): number {
  return Math.max(0, reads - 1) + HITS_OF_UNKNOWN;
}

/**
 * Asking, packing, writing and telling the others, whatever is loaded: a hit is worth something in itself,
 * lest everything cheap is given up for little that is dear.
 */
const LOAD_ITSELF_MS = 10;

/** A venue allows some 6000 weight a minute (Binance, 2026): one of it is worth 10 ms of waiting. */
const MS_PER_WEIGHT = 10;

export function costOf(load: { readonly loadMs: number; readonly weight: number }): number {
  return load.loadMs + load.weight * MS_PER_WEIGHT;
}
