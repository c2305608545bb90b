/**
 * What an entry of the cache is worth: the cost that a byte of it is expected to save.
 *
 *     value = hits expected x cost to load / size
 *
 * `costMs` is the time to load it plus what it takes of the venue's request weight, in the same
 * unit (see {@link costOf}); `bytes` is the size that is counted against the budget.
 */
export function entryValue(entry: {
  readonly hitsExpected: number;
  readonly costMs: number;
  readonly bytes: number;
}): number {
  const { hitsExpected, costMs, bytes } = entry;
  return (Math.max(1, hitsExpected) * Math.max(costMs, COST_MS_MIN)) / Math.max(1, bytes);
}

/** Nothing is free: an entry that cost nothing still ranks by its use and size. */
const COST_MS_MIN = 0.01;

/** A venue allows some 6000 weight a minute (Binance, 2026): one of it is worth 10 ms of waiting. */
const MS_PER_WEIGHT = 10;

export function costOf(load: { readonly loadMs: number; readonly weight: number }): number {
  return load.loadMs + load.weight * MS_PER_WEIGHT;
}
