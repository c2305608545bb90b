import type { Pair } from '#core/model/pair.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText, PermanentError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

/** Until the venue has said what this account pays: the rate of an account without any discount. */
const FEE_FRACTION = 0.001;
/** What the account pays on a pair is asked for so often, and so soon again when it was not told. */
const EVERY_MS = 3_600_000;
const AGAIN_MS = 60_000;
/** In a row: a venue that is away says nothing of the others either. */
const FAILURES_MAX = 3;

export interface AccountFees {
  /** What the account pays as a taker as a fraction: the dearest of its pairs. */
  takerFraction(): number;
  /**
   * Asks what the account pays on one pair. A venue that says it of none is no reason to wait.
   * @throws TransientError or PermanentError when it cannot be had.
   */
  learn(pair: Pair): Promise<void>;
  /**
   * Asks about the pairs in use that are due; what cannot be had now stays as it was known and is asked
   * for again after the others. To be called every minute or so.
   */
  refresh(): Promise<void>;
}

export function accountFees(options: {
  readonly venue: Pick<TradingVenue, 'commission'>;
  /** In use. */
  readonly pairs: () => readonly Pair[];
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Pick<Log, 'warn'>;
}): AccountFees {
  const { venue, pairs, clock, log } = options;
  let known = new Map<Pair, number>();
  let dueMs = new Map<Pair, number>();

  async function learn(pair: Pair): Promise<void> {
    dueMs.set(pair, clock.monotonic() + EVERY_MS);
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
      dueMs = new Map([...dueMs].filter(([pair]) => used.has(pair)));
      const due = (pair: Pair): number => dueMs.get(pair) ?? -Infinity;
      const asked = [...used].filter((pair) => due(pair) <= clock.monotonic());
      let failures = 0;
      for (const pair of asked.toSorted((a, b) => due(a) - due(b))) {
        if (failures >= FAILURES_MAX) return;
        try {
          await learn(pair);
          failures = 0;
        } catch (error) {
          log.warn({ pair, cause: errorText(error) }, 'the fees of the account cannot be read');
          // One that the venue does not know says nothing of the others, and comes back no sooner.
          if (error instanceof PermanentError) continue;
          failures += 1;
          dueMs.set(pair, clock.monotonic() + AGAIN_MS);
        }
      }
    },
  };
}
