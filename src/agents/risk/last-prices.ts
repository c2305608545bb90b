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
/** A book that is swept in a crash has an ask far away; the middle of that is no price. */
const SPREAD_MAX = 0.05;
const PAIRS_MAX = 2_000;

interface Heard {
  readonly price: LastPrice;
  /** Monotonic, here. */
  readonly heardMs: number;
  /** When the data agent received it. */
  readonly atMs: number;
}

export async function openLastPrices({
  bus,
  clock,
}: {
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly clock: Clock;
}): Promise<LastPrices> {
  const known = new Map<Pair, Heard>();
  const hearing = await bus.subscribe(quotes, (batch) => {
    const heardMs = clock.monotonic();
    for (const quote of batch) {
      const price = priceOf(quote);
      if (price !== undefined) known.set(quote.pair, { price, heardMs, atMs: quote.receivedMs });
    }
    if (known.size <= PAIRS_MAX) return;
    for (const [pair, { heardMs: beforeMs }] of known) {
      if (heardMs - beforeMs > REPEATED_MS) known.delete(pair);
    }
  });
  return {
    of: (pair) => {
      const last = known.get(pair);
      if (last === undefined || clock.monotonic() - last.heardMs > REPEATED_MS) return undefined;
      return clock.now() - last.atMs > QUOTE_AGE_MAX_MS ? undefined : last.price;
    },
    isHearing: () => known.size > 0,
    [Symbol.asyncDispose]: () => hearing[Symbol.asyncDispose](),
  };
}

function priceOf({ bid: bidText, ask: askText }: Quote): LastPrice | undefined {
  const [bid, ask] = [toNumber(bidText), toNumber(askText)];
  const isWhole = bid > 0 && ask >= bid && ask <= bid * (1 + SPREAD_MAX);
  return isWhole ? { bid, middle: (bid + ask) / 2 } : undefined;
}
