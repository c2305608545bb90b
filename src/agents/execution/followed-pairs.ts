import { wantedPairs } from '#core/pairs/wanted-pairs.ts';
import type { Pair } from '#core/model/pair.ts';
import { ConfigError, errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import { readUniverse, universePath } from '#universe/universe-file.ts';

/**
 * What the desk follows at its start: the pairs of the config and, where a chain chooses them, those
 * it chose last. Also those of open positions and orders then: the universe drops a pair with an
 * order and no position, and what such an order buys comes back into it as exit-only.
 */
export function followedPairs(
  config: Parameters<typeof wantedPairs>[0] & {
    readonly data_dir: string;
    readonly pair_selector: { readonly chain: readonly { readonly name: string }[] };
  },
  /** By the ledger. */
  open: readonly { readonly pair: Pair }[],
): readonly Pair[] | 'all' {
  const wanted = wantedPairs(config);
  const isChosen = config.pair_selector.chain.some(({ name }) => name !== 'static');
  if (wanted === 'all' || !isChosen) return wanted;
  const read = readUniverse(universePath(config.data_dir));
  const chosen = read.kind === 'kept' ? read.kept.universe.pairs : [];
  return [...new Set([...wanted, ...[...chosen, ...open].map(({ pair }) => pair)])];
}

/**
 * Opens the venue for what is followed. One of the pairs chosen last that it does not have any more
 * must not keep the desk from starting: then the pairs of the config come first.
 */
export async function openFollowed<T>(
  pairs: {
    readonly followed: readonly Pair[] | 'all';
    readonly configured: readonly Pair[] | 'all';
  },
  open: (pairs: readonly Pair[] | 'all') => Promise<T>,
  log: Pick<Log, 'warn'>,
): Promise<T> {
  try {
    return await open(pairs.followed);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    log.warn({ cause: errorText(error) }, 'the pairs chosen last cannot be opened whole');
    return open(pairs.configured);
  }
}
