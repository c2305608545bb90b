import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import { NO_PAIR, orNoPair } from '../unknown-pair.ts';
import type { AccountListener, AccountWatch, TradingVenue, VenueOrder } from './trading-venue.ts';

const POLL_MS = 3_000;

/**
 * Stands in for the account's stream where there is none that we can read: open orders are looked at
 * every few seconds, and one that is gone is asked for.
 */
export function pollAccount(options: {
  readonly venue: Pick<TradingVenue, 'openOrders' | 'order'>;
  readonly listener: AccountListener;
  readonly clock: Clock;
}): AccountWatch {
  const { venue, listener, clock } = options;
  const stop = new AbortController();
  let known = new Map<string, VenueOrder>();
  let isCurrent = false;

  async function look(): Promise<void> {
    const open = await venue.openOrders();
    const now = new Map(open.map((order) => [order.venueOrderId, order]));
    for (const order of open) {
      const before = known.get(order.venueOrderId);
      if (before?.filledQty !== order.filledQty) listener.onOrder(order, undefined);
    }
    for (const [venueOrderId, { pair }] of known) {
      if (now.has(venueOrderId)) continue;
      const ended = await orNoPair(venue.order({ pair, venueOrderId }));
      if (ended !== 'absent' && ended !== NO_PAIR) listener.onOrder(ended, undefined);
    }
    known = now;
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await look();
        if (!isCurrent) {
          isCurrent = true;
          listener.onSubscribed();
        }
      } catch (error) {
        if (isCurrent) listener.onGap(errorText(error));
        isCurrent = false;
      }
      await clock.sleep(POLL_MS, stop.signal).catch(() => undefined);
    }
  }

  const done = run();
  return {
    get isCurrent() {
      return isCurrent;
    },
    restart: () => undefined,
    close: () => {
      stop.abort();
      return done;
    },
  };
}
