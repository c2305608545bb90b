/**
 * What the risk agent looks at: hourly candles of each pair, with the hour that is under way at the
 * price of now.
 *
 * 1. The price is the desk's own last quote. The ticker of the cache, up to a minute old, is for pairs
 *    without one: a crash is seen while it happens.
 * 2. A look waits for candles for a bounded time, all pairs together. What does not come is what the look
 *    before had, for two hours: a cache that is away makes nothing look wild.
 * 3. What is held is asked for first. A pair that is not holds up a later look no longer than any other.
 */
import { ALL, candleHistory, marketTickers } from '#cache/kinds.ts';
import { candleKey } from '#cache/candle-key.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { Candle } from '#core/model/candle.ts';
import type { Pair } from '#core/model/pair.ts';
import type { PairHistory } from '#core/risk/watch/market-picture.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText, PermanentError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { LastPrices } from './last-prices.ts';

const HOUR_MS = 3_600_000;
/** So old may the last candle be: with it the hour under way can still be told. */
const KEPT_MS = 3 * HOUR_MS;
/** A first look has nothing to fall back on, nor one at what has been bought since. */
const WAIT_MS = { first: 10_000, later: 2_000 } as const;
/** Enough to hide the round trips. */
const AT_ONCE = 4;
const NO_SUCH_PAIR = 'venue-unknown-symbol';

export interface MarketReadPorts {
  readonly cache: Pick<SharedCache, 'getOrLoad'>;
  readonly prices: Pick<LastPrices, 'of'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Histories with what is not known of them. */
export interface MarketRead {
  readonly histories: readonly PairHistory[];
  /** Pairs whose candles could not be read: nobody knows how they move. */
  readonly unread: ReadonlySet<Pair>;
  /** Pairs without a price of the last seconds. */
  readonly unpriced: ReadonlySet<Pair>;
  /** The last price of each pair that has any: the middle of a quote, else the ticker's. */
  readonly lasts: ReadonlyMap<Pair, number>;
}

interface Asked {
  readonly held: readonly Pair[];
  readonly others: readonly Pair[];
  readonly hours: number;
  readonly nowMs: number;
}

export type MarketReader = (asked: Asked) => Promise<MarketRead>;

export function marketReader(ports: MarketReadPorts): MarketReader {
  const { cache, clock, log, prices, signal } = ports;
  let kept: ReadonlyMap<Pair, readonly Candle[]> = new Map();

  async function candlesOf(
    pairs: readonly Pair[],
    asked: Asked,
  ): Promise<ReadonlyMap<Pair, readonly Candle[]>> {
    const isFirst = kept.size === 0 || !asked.held.every((pair) => kept.has(pair));
    const untilMs = clock.monotonic() + (isFirst ? WAIT_MS.first : WAIT_MS.later);
    const found = new Map<Pair, readonly Candle[]>();
    const waiting = [...pairs];
    async function work(): Promise<void> {
      for (let pair = waiting.shift(); pair !== undefined; pair = waiting.shift()) {
        const before = kept.get(pair);
        const candles = await load(candleKey(pair, '1h', asked.hours), untilMs);
        const isKnown = before !== undefined && isKept(before, asked.nowMs);
        // Hours that were read do not go because the pair has: it would be taken for new and wild.
        if (isKnown && (candles === undefined || candles.length === 0)) found.set(pair, before);
        else if (candles !== undefined) found.set(pair, candles);
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    kept = found;
    return found;
  }

  async function load(key: string, untilMs: number): Promise<readonly Candle[] | undefined> {
    const waitMs = untilMs - clock.monotonic();
    if (waitMs <= 0) return undefined;
    try {
      return await cache.getOrLoad(candleHistory, key, { waitMs, signal });
    } catch (error) {
      // There are none, and that is known: a pair that is new to the venue, or gone from it.
      if (error instanceof PermanentError && error.code === NO_SUCH_PAIR) return [];
      log.debug({ key, cause: errorText(error) }, 'no candles for the look at risk');
      return undefined;
    }
  }

  async function tickers(): Promise<ReadonlyMap<Pair, number>> {
    try {
      const all = await cache.getOrLoad(marketTickers, ALL, { waitMs: WAIT_MS.later, signal });
      return new Map(all.map(({ pair, last }) => [pair, last]));
    } catch (error) {
      log.debug({ cause: errorText(error) }, 'no tickers for the look at risk');
      return new Map();
    }
  }

  return async (asked) => {
    const pairs = [...new Set([...asked.held, ...asked.others])];
    const candles = await candlesOf(pairs, asked);
    const isPriced = (pair: Pair) => prices.of(pair) !== undefined;
    const others = pairs.every(isPriced) ? new Map<Pair, number>() : await tickers();
    // Asked last, so that they are the prices of now and not of before the candles came.
    const lasts = new Map(
      pairs.flatMap((pair): [Pair, number][] => {
        const last = prices.of(pair)?.middle ?? others.get(pair);
        return last === undefined ? [] : [[pair, last]];
      }),
    );
    return {
      histories: pairs.map((pair) => ({
        pair,
        candles: withThisHour(candles.get(pair) ?? [], lasts.get(pair), asked.nowMs),
      })),
      unread: new Set(pairs.filter((pair) => !candles.has(pair))),
      unpriced: new Set(pairs.filter((pair) => !isPriced(pair))),
      lasts,
    };
  };
}

function isKept(candles: readonly Candle[], nowMs: number): boolean {
  const last = candles.at(-1);
  return last !== undefined && nowMs - last.openMs < KEPT_MS;
}

/** A crash is seen while it happens, not when its hour closes. */
function withThisHour(
  candles: readonly Candle[],
  last: number | undefined,
  nowMs: number,
): readonly Candle[] {
  const before = candles.at(-1);
  if (last === undefined || before === undefined) return candles;
  // Just after an hour its candle may not have come yet: then that hour goes on.
  const openMs = before.openMs + HOUR_MS;
  if (nowMs < openMs || nowMs - openMs >= 2 * HOUR_MS) return candles;
  const { close } = before;
  const [high, low] = [Math.max(close, last), Math.min(close, last)];
  return [...candles, { openMs, open: close, high, low, close: last, volume: 0 }];
}
