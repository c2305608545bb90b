/**
 * The last bid and middle of each pair, from the quotes that the data agent repeats each second. What
 * was not repeated for seconds, or is itself as old as a cached ticker may be, is not given out.
 */
import type { Bus } from '#bus/bus.ts';
import { quotes } from '#bus/topics.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { toNumber } from '#core/money/decimal.ts';
import type { Clock } from '#platform/clock/clock.ts';

export interface LastPrice {
  /** What a sale gets. */
  readonly bid: number;
  readonly middle: number;
}

export interface LastPrices extends AsyncDisposable {
  /** Undefined: no quote of the last seconds. */
  of(pair: Pair): LastPrice | undefined;
  /** False while nothing was heard, which after a start is a second at most. */
  isHearing(): boolean;
}

/** Five repeats: `risk_limits.data_age_max_ms` has the same default. */
const REPEATED_MS = 5_000;
/** A quiet book is repeated as it is, a mute stream too. By the venue's clock, hence not sharper. */
const QUOTE_AGE_MAX_MS = 60_000;
const PAIRS_MAX = 2_000;

export async function openLastPrices({
  bus,
  clock,
}: {
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly clock: Clock;
}): Promise<LastPrices> {
  const known = new Map<Pair, { readonly quote: Quote; readonly heardMs: number }>();
  const hearing = await bus.subscribe(quotes, (batch) => {
    const heardMs = clock.monotonic();
    for (const quote of batch) known.set(quote.pair, { quote, heardMs });
    if (known.size <= PAIRS_MAX) return;
    for (const [pair, { heardMs: beforeMs }] of known) {
      if (heardMs - beforeMs > REPEATED_MS) known.delete(pair);
    }
  });
  return {
    of: (pair) => {
      const last = known.get(pair);
      if (last === undefined || clock.monotonic() - last.heardMs > REPEATED_MS) return undefined;
      const { quote } = last;
      if (clock.now() - quote.receivedMs > QUOTE_AGE_MAX_MS) return undefined;
      const [bid, ask] = [toNumber(quote.bid), toNumber(quote.ask)];
      return { bid, middle: (bid + ask) / 2 };
    },
    isHearing: () => known.size > 0,
    [Symbol.asyncDispose]: () => hearing[Symbol.asyncDispose](),
  };
}
