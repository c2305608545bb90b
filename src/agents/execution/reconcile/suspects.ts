import { baseOf, Pair, quoteOf } from '#core/model/pair.ts';
import type { Difference } from '#core/reconcile/difference.ts';

/** A list of trades costs request weight; more pairs than this are looked at in turns. */
export const PAIRS_AT_ONCE = 25;
const CROSSED_MAX = 12;

export interface KnownPairs {
  /** With orders, positions or news: looked at each time. */
  readonly active: readonly Pair[];
  /** All that the desk may trade or has read before. */
  readonly all: readonly Pair[];
  /** How many looks there were before this: the others take their turn. */
  readonly turn: number;
}

/**
 * Pairs whose trades may explain what is missing or too much: those of the assets that differ, known
 * or not. A venue lists trades by pair only.
 */
export function suspectPairs(
  differences: readonly Difference[],
  known: KnownPairs,
): readonly Pair[] {
  const assets = new Set(differences.flatMap((each) => ('asset' in each ? [each.asset] : [])));
  const bases = known.all.filter((pair) => assets.has(baseOf(pair)));
  // A quote or fee coin alone says nothing about the pair.
  const quoted = known.all.filter((pair) => assets.has(quoteOf(pair)));
  const some = [bases, quoted, known.all].find((pairs) => pairs.length > 0) ?? [];
  const crossed = [...assets].flatMap((base) =>
    [...assets].flatMap((quote) => (base === quote ? [] : [`${base}/${quote}`])),
  );
  const unknown = crossed.flatMap((text) => Pair.safeParse(text).data ?? []);
  const first = new Set([...known.active, ...unknown.slice(0, CROSSED_MAX)]);
  const others = some.filter((pair) => !first.has(pair));
  return [...first, ...inTurn(others, known.turn)];
}

function inTurn(pairs: readonly Pair[], turn: number): readonly Pair[] {
  if (pairs.length <= PAIRS_AT_ONCE) return pairs;
  const from = (turn * PAIRS_AT_ONCE) % pairs.length;
  return [...pairs.slice(from), ...pairs.slice(0, from)].slice(0, PAIRS_AT_ONCE);
}
