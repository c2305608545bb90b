import { z } from 'zod';
import { Pair } from './pair.ts';

/**
 * How the desk stands to a pair: `trade` takes entries; `exit-only` has left the selection while a
 * position is open, so it keeps its data and its exits and takes no entry.
 */
export const Standing = z.enum(['trade', 'exit-only']);
export type Standing = z.output<typeof Standing>;

/** One pair of the universe and since when it stands so. */
export const UniversePair = z.strictObject({
  pair: Pair,
  standing: Standing,
  sinceMs: z.int(),
  /** In words for the operator: which step put it there. */
  why: z.string().max(300),
});
export type UniversePair = Readonly<z.output<typeof UniversePair>>;

/** What one step of the chain did: how many came in, how many went on, and who was removed why. */
export const ChainStep = z.strictObject({
  step: z.string().max(60),
  in: z.int().nonnegative(),
  out: z.int().nonnegative(),
  /** At most the first 50. */
  removed: z.array(z.strictObject({ pair: Pair, why: z.string().max(200) })).max(50),
});
export type ChainStep = Readonly<z.output<typeof ChainStep>>;

/** The pairs the desk follows, best first, with the chain that chose them. Published whole. */
export const Universe = z.strictObject({
  atMs: z.int(),
  /** Rises with each change of pairs or standings. */
  version: z.int().nonnegative(),
  pairs: z.array(UniversePair).max(500),
  chain: z.array(ChainStep).max(50),
});
export type Universe = Readonly<z.output<typeof Universe>>;

/**
 * Whether it was in force before what is known: the state and the topic may cross. The version counts
 * more than the time, so a clock that was set back hides no change; a lower version that is newer is
 * that of a selector which lost its file.
 */
export function isOutdated(heard: Universe, known: Universe | undefined): boolean {
  return known !== undefined && heard.version <= known.version && heard.atMs < known.atMs;
}

/** How the desk stands to any pair: one that the universe leaves out is `not-selected`. */
export type PairStanding = Standing | 'not-selected';

/** Undefined while no universe was ever heard of: then nobody selects, and every pair trades. */
export function standingIn(universe: Universe | undefined, pair: Pair): PairStanding | undefined {
  if (universe === undefined) return undefined;
  return universe.pairs.find((entry) => entry.pair === pair)?.standing ?? 'not-selected';
}
