import type { PublicTrade } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import { keepVenueClock } from '#exchange/keep-venue-clock.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError, errorText, TransientError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

const RETRY_MS = 2_000;
const TRADES_LIMIT = 1_000;

/** The venue's reads, which may come later than the desk: a dead venue must not keep it down. */
export interface VenueLink {
  readonly clock: Clock;
  venue(): MarketVenue | undefined;
  /** Also of a pair that joined later. Throws while the venue is not there. */
  missedTrades(pair: Pair, fromId: number): Promise<readonly PublicTrade[]>;
  /** Opens the venue; tries until it answers. Throws ConfigError for one that never can. */
  connect(): Promise<void>;
  /** Corrects the clock when it is due or off; to be called every few seconds. */
  keepClock(): Promise<void>;
}

export function venueLink(options: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly open: () => Promise<MarketVenue>;
}): VenueLink {
  const { clock, signal, log, open } = options;
  let opened: MarketVenue | undefined;
  let keep: ((signal: AbortSignal) => Promise<void>) | undefined;
  return {
    // Time as the venue has it, once it was asked; whole milliseconds.
    clock: { ...clock, now: () => opened?.clock.now() ?? Math.floor(clock.now()) },
    venue: () => opened,
    missedTrades: async (pair, fromId) => {
      if (opened === undefined) throw new TransientError('venue-unavailable', 'no venue yet');
      // It was opened for the pairs of the start; others have joined since.
      if (!opened.instruments.some((one) => one.pair === pair)) await opened.learn([pair], signal);
      return opened.reads.tradesSince({ pair, fromId, limit: TRADES_LIMIT }, signal);
    },
    keepClock: async () => keep?.(signal),
    connect: async () => {
      // Opening may take its whole time budget; the end of the desk does not wait for that.
      const ended = new Promise<undefined>((resolve) => {
        signal.addEventListener('abort', () => resolve(undefined), { once: true });
      });
      while (!signal.aborted && opened === undefined) {
        try {
          opened = await Promise.race([open(), ended]);
          if (opened === undefined) return;
          keep = keepVenueClock(opened, clock);
        } catch (error) {
          if (error instanceof ConfigError) throw error;
          log.warn({ err: error, cause: errorText(error) }, 'the venue does not answer');
          await clock.sleep(RETRY_MS, signal).catch(() => undefined);
        }
      }
    },
  };
}
