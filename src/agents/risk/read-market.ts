/** What the risk agent looks at: hourly candles of each pair, with the hour that is under way. */
import { ALL, candleHistory, marketTickers } from '#cache/kinds.ts';
import { candleKey } from '#cache/candle-key.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { Candle } from '#core/model/candle.ts';
import type { Pair } from '#core/model/pair.ts';
import type { PairHistory } from '#core/risk/watch/market-picture.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

const HOUR_MS = 3_600_000;
const WAIT_MS = 10_000;
/** Enough to hide the round trips. */
const AT_ONCE = 4;

export interface MarketReadPorts {
  readonly cache: Pick<SharedCache, 'getOrLoad'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A pair whose candles do not come is young: it is taken for wild, not left out. */
export async function readHistories(
  { cache, log, signal }: MarketReadPorts,
  asked: { readonly pairs: readonly Pair[]; readonly hours: number; readonly nowMs: number },
): Promise<readonly PairHistory[]> {
  const options = { waitMs: WAIT_MS, signal };
  const last = await lastPrices({ cache, log, signal });
  const histories = new Map<Pair, readonly Candle[]>();
  const waiting = [...asked.pairs];
  async function work(): Promise<void> {
    for (let pair = waiting.shift(); pair !== undefined; pair = waiting.shift()) {
      const key = candleKey(pair, '1h', asked.hours);
      const candles = await cache.getOrLoad(candleHistory, key, options).catch((error: unknown) => {
        log.debug({ pair, cause: errorText(error) }, 'no candles for the look at risk');
        return [];
      });
      histories.set(pair, withThisHour(candles, last.get(pair), asked.nowMs));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return asked.pairs.map((pair) => ({ pair, candles: histories.get(pair) ?? [] }));
}

async function lastPrices({ cache, log, signal }: MarketReadPorts): Promise<Map<Pair, number>> {
  try {
    const tickers = await cache.getOrLoad(marketTickers, ALL, { waitMs: WAIT_MS, signal });
    return new Map(tickers.map(({ pair, last }) => [pair, last]));
  } catch (error) {
    log.debug({ cause: errorText(error) }, 'no last prices for the look at risk');
    return new Map();
  }
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
