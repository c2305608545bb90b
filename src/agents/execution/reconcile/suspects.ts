import { baseOf, Pair, quoteOf } from '#core/model/pair.ts';
import type { Difference } from '#core/reconcile/difference.ts';

/**
 * Pairs whose trades may explain what is missing or too much: those of the assets that differ, known
 * or not. A venue lists trades by pair only, and each list has its price in request weight.
 */
export function suspectPairs(
  differences: readonly Difference[],
  known: readonly Pair[],
): readonly Pair[] {
  const assets = new Set(differences.flatMap((each) => ('asset' in each ? [each.asset] : [])));
  const bases = known.filter((pair) => assets.has(baseOf(pair)));
  // A quote or fee coin alone says nothing about the pair.
  const some = bases.length > 0 ? bases : known.filter((pair) => assets.has(quoteOf(pair)));
  const crossed = [...assets].flatMap((base) =>
    [...assets].flatMap((quote) => (base === quote ? [] : [`${base}/${quote}`])),
  );
  const unknown = crossed.flatMap((text) => {
    const pair = Pair.safeParse(text);
    return pair.success ? [pair.data] : [];
  });
  const all = some.length > 0 ? some : known;
  return [...new Set([...all, ...unknown.slice(0, CROSSED_MAX)])];
}

const CROSSED_MAX = 12;
