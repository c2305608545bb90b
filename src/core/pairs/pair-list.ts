import { z } from 'zod';
import { Pair } from '../model/pair.ts';

/** A list of pairs of somebody else's, in the shape that other bots publish. */
export const PairList = z.looseObject({
  pairs: z.array(Pair).max(2_000),
  /** Epoch milliseconds; a signed list that is over may not be shown again as a new one. */
  valid_until_ms: z.int().optional(),
});
export type PairList = Readonly<z.output<typeof PairList>>;

/** Coins by market capitalisation as CoinGecko's `coins/markets` has them, as far as it is used. */
export const MarketCaps = z
  .array(z.looseObject({ symbol: z.string().max(100), market_cap: z.number().nullable() }))
  .max(1_000);
export type MarketCaps = Readonly<z.output<typeof MarketCaps>>;

/** Symbols in capitals, the largest first. */
export function coinsByCapitalisation(coins: MarketCaps): readonly string[] {
  return coins
    .filter(({ market_cap }) => market_cap !== null && market_cap > 0)
    .toSorted((a, b) => (b.market_cap ?? 0) - (a.market_cap ?? 0))
    .map(({ symbol }) => symbol.toUpperCase());
}
