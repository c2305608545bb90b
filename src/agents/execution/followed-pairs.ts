import { wantedPairs } from '#core/pairs/wanted-pairs.ts';
import type { Pair } from '#core/model/pair.ts';
import { readUniverse, universePath } from '#universe/universe-file.ts';

/**
 * What the desk follows: the pairs of the config and, where a chain chooses them, those it chose last.
 * A position on one of these is at home though `pairs` does not name it.
 */
export function followedPairs(
  config: Parameters<typeof wantedPairs>[0] & {
    readonly data_dir: string;
    readonly pair_selector: { readonly chain: readonly { readonly name: string }[] };
  },
): readonly Pair[] | 'all' {
  const wanted = wantedPairs(config);
  const isChosen = config.pair_selector.chain.some(({ name }) => name !== 'static');
  if (wanted === 'all' || !isChosen) return wanted;
  const read = readUniverse(universePath(config.data_dir));
  if (read.kind !== 'kept') return wanted;
  const chosen = read.kept.universe.pairs.map(({ pair }) => pair);
  return [...new Set([...wanted, ...chosen])];
}
