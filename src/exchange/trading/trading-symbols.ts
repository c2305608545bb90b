import type { Pair } from '#core/model/pair.ts';
import { NO_PAIR, orNoPair } from '../unknown-pair.ts';

/**
 * The venue's spelling of pairs for an account, whose orders may be on any of them. Pairs of the desk
 * are known; others are asked for when they are met first.
 */
export interface TradingSymbols {
  symbolOf(pair: Pair): string;
  /** Undefined for a symbol that was not learnt, or whose name this desk cannot write. */
  pairOf(symbol: string): Pair | undefined;
  isKnown(symbol: string): boolean;
  /** Asks what symbols stand for, each once. */
  learn(symbols: readonly string[]): Promise<void>;
}

export interface NamedSymbol {
  readonly symbol: string;
  readonly pair: Pair | undefined;
}

export function createTradingSymbols(options: {
  readonly pairs: readonly Pair[];
  readonly ask: (symbols: readonly string[]) => Promise<readonly NamedSymbol[]>;
}): TradingSymbols {
  const known = new Map<string, Pair | undefined>();
  const note = (pair: Pair): string => {
    // All Binance-shaped venues join the two names.
    const symbol = pair.replace('/', '');
    known.set(symbol, pair);
    return symbol;
  };
  options.pairs.forEach(note);

  /** One unknown symbol makes the venue refuse the whole question, and it does not say which: then each alone. */
  async function ask(symbols: readonly string[]): Promise<void> {
    const found = await orNoPair(options.ask(symbols));
    if (found !== NO_PAIR) for (const { symbol, pair } of found) known.set(symbol, pair);
    else if (symbols.length > 1) for (const symbol of symbols) await ask([symbol]);
    else for (const symbol of symbols) known.set(symbol, undefined);
  }

  return {
    symbolOf: note,
    pairOf: (symbol) => known.get(symbol),
    isKnown: (symbol) => known.has(symbol),
    learn: async (symbols) => {
      const strange = [...new Set(symbols)].filter((symbol) => !known.has(symbol));
      if (strange.length > 0) await ask(strange);
    },
  };
}
