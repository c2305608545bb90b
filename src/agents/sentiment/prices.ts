/** What coins cost now, from the shared cache, to judge sources by. */
import { ALL, marketTickers } from '#cache/kinds.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

const WITHIN_MS = 5_000;
/** Older prices are no prices: nothing would have moved. */
const AGE_MAX_MS = 60_000;

export interface Prices {
  readonly priceOf: (coin: string) => number | undefined;
  readonly refresh: () => Promise<void>;
}

/** In one quote asset: a move between two of them would be no move of the coin. */
export function pricesIn(
  quote: string,
  ports: {
    readonly cache: Pick<SharedCache, 'getOrLoad'>;
    readonly clock: Pick<Clock, 'now'>;
    readonly log: Pick<Log, 'debug'>;
  },
): Prices {
  const { cache, clock, log } = ports;
  let known: { readonly of: ReadonlyMap<string, number>; readonly atMs: number } | undefined;
  return {
    priceOf: (coin) =>
      known === undefined || clock.now() - known.atMs > AGE_MAX_MS ? undefined : known.of.get(coin),
    refresh: async () => {
      try {
        const tickers = await cache.getOrLoad(marketTickers, ALL, { waitMs: WITHIN_MS });
        const own = tickers.flatMap(({ pair, last }) => {
          const [base = '', priced] = pair.split('/');
          return priced === quote ? [[base, last] as const] : [];
        });
        known = { of: new Map(own), atMs: clock.now() };
      } catch (error) {
        log.debug({ cause: errorText(error) }, 'no prices to judge sources by');
      }
    },
  };
}
