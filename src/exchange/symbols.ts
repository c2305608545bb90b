import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import { PermanentError } from '#platform/errors.ts';

/** The venue's spelling of the pairs in use, both ways. */
export interface Symbols {
  readonly pairs: readonly Pair[];
  has(pair: Pair): boolean;
  symbolOf(pair: Pair): string;
  pairOf(symbol: string): Pair | undefined;
}

export function symbolsOf(
  instruments: readonly Pick<Instrument, 'pair' | 'venueSymbol'>[],
): Symbols {
  const symbols = new Map(instruments.map(({ pair, venueSymbol }) => [pair, venueSymbol]));
  const pairs = new Map(instruments.map(({ pair, venueSymbol }) => [venueSymbol, pair]));
  return {
    pairs: [...symbols.keys()],
    has: (pair) => symbols.has(pair),
    pairOf: (symbol) => pairs.get(symbol),
    symbolOf: (pair) => {
      const symbol = symbols.get(pair);
      if (symbol === undefined) {
        throw new PermanentError('venue-unknown-symbol', 'the venue does not know this pair', {
          details: { pair },
        });
      }
      return symbol;
    },
  };
}
