import type { Pair } from '#core/model/pair.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import { errorText, PermanentError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

/** Until the venue has said what this account pays: the rate of an account without any discount. */
const FEE_FRACTION = 0.001;

export interface AccountFees {
  /** What the account pays as a taker as a fraction: the dearest of its pairs. */
  takerFraction(): number;
  /**
   * Asks what the account pays on one pair. A venue that says it of none is no reason to wait.
   * @throws TransientError or PermanentError when it cannot be had.
   */
  learn(pair: Pair): Promise<void>;
  /** Asks again about every pair in use; what cannot be had now stays as it was known. */
  refresh(): Promise<void>;
}

export function accountFees(options: {
  readonly venue: Pick<TradingVenue, 'commission'>;
  /** In use. */
  readonly pairs: () => readonly Pair[];
  readonly log: Pick<Log, 'warn'>;
}): AccountFees {
  const { venue, pairs, log } = options;
  let known = new Map<Pair, number>();

  async function learn(pair: Pair): Promise<void> {
    try {
      const { takerFraction } = await venue.commission(pair);
      known.set(pair, takerFraction);
    } catch (error) {
      if (error instanceof PermanentError && error.code === 'venue-not-supported') return;
      throw error;
    }
  }

  return {
    learn,
    takerFraction: () => {
      const rates = pairs().map((pair) => known.get(pair) ?? FEE_FRACTION);
      return rates.length === 0 ? FEE_FRACTION : Math.max(...rates);
    },
    refresh: async () => {
      const used = new Set(pairs());
      known = new Map([...known].filter(([pair]) => used.has(pair)));
      for (const pair of used) {
        try {
          await learn(pair);
        } catch (error) {
          log.warn({ pair, cause: errorText(error) }, 'the fees of the account cannot be read');
          // One that the venue does not know says nothing of the others.
          if (!(error instanceof PermanentError)) return;
        }
      }
    },
  };
}
