import { Pair } from '../model/pair.ts';

/** Without a list of the user's: all that the built-in venue has, three large ones elsewhere. */
export function wantedPairs(config: {
  readonly pairs: readonly Pair[];
  readonly quote_asset: string;
  readonly exchange: { readonly name: string };
}): readonly Pair[] | 'all' {
  if (config.pairs.length > 0) return config.pairs;
  if (config.exchange.name === 'practice') return 'all';
  return ['BTC', 'ETH', 'SOL'].map((base) => Pair.parse(`${base}/${config.quote_asset}`));
}
