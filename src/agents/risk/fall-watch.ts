/** Whether what is held has fallen so far since the last look that the next one must not wait. */
import type { Pair } from '#core/model/pair.ts';
import type { LastPrices } from './last-prices.ts';

/** The distance of a usual stop. */
const FALL = 0.02;

export interface FallWatch {
  /** The prices that a look has seen. */
  note(pairs: readonly Pair[]): void;
  isFalling(): boolean;
}

export function fallWatch(prices: Pick<LastPrices, 'of'>): FallWatch {
  let seen: ReadonlyMap<Pair, number> = new Map();
  return {
    note: (pairs) => {
      seen = new Map(
        pairs.flatMap((pair): [Pair, number][] => {
          const bid = prices.of(pair)?.bid;
          return bid === undefined ? [] : [[pair, bid]];
        }),
      );
    },
    isFalling: () =>
      [...seen].some(([pair, before]) => {
        const bid = prices.of(pair)?.bid;
        return bid !== undefined && bid <= before * (1 - FALL);
      }),
  };
}
