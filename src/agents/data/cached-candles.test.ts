import { describe, expect, it } from 'vitest';
import { candleKey } from '#cache/candle-key.ts';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import type { CandleQuery } from '#exchange/market-data.ts';
import { candlesFor, type CandleSources } from './cached-candles.ts';

const BTC = Pair.parse('BTC/USDT');
const HOUR_MS = 3_600_000;
const NOW_MS = 10_000 * HOUR_MS + 5;
const signal = new AbortController().signal;

const candleAt = (openMs: number): Candle => ({
  openMs,
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume: 1,
});

/** A venue that lists the pair since `firstHour` and gives at most `page` candles an answer. */
function venue(options: { firstHour: number; page: number }) {
  const asked: CandleQuery[] = [];
  const closed = Array.from({ length: 10_000 - options.firstHour }, (_, i) =>
    candleAt((options.firstHour + i) * HOUR_MS),
  );
  const sources: CandleSources = {
    kept: () => undefined,
    now: () => NOW_MS,
    reads: {
      candles: (query) => {
        asked.push(query);
        const { sinceMs } = query;
        const size = Math.min(query.limit, options.page);
        return Promise.resolve(
          sinceMs === undefined
            ? closed.slice(-size)
            : closed.filter(({ openMs }) => openMs >= sinceMs).slice(0, size),
        );
      },
    },
  };
  return { asked, sources };
}

describe('candles for the cache', () => {
  it('come from what is kept without a call, when that is enough', async () => {
    const { asked, sources } = venue({ firstHour: 0, page: 1_000 });
    const kept = [1, 2, 3].map((hour) => candleAt(hour * HOUR_MS));
    const own = { ...sources, kept: () => kept };

    expect(await candlesFor(own, candleKey(BTC, '1h', 2), signal)).toEqual(kept.slice(1));
    expect(asked).toEqual([]);
    expect(await candlesFor(own, candleKey(BTC, '1h', 4), signal)).toHaveLength(4);
    expect(asked).toEqual([{ pair: BTC, timeframe: '1h', limit: 4, priority: 'prefetch' }]);
  });

  it.each([
    ['one page after the other', { firstHour: 0, page: 1_000 }, 2_500, 3],
    ['in the pages a venue has', { firstHour: 0, page: 300 }, 1_200, 4],
    ['as many as there are of a young pair', { firstHour: 9_000, page: 1_000 }, 2_500, 1_000],
  ])('come %s', async (_, options, count, expected) => {
    const { asked, sources } = venue(options);

    const found = await candlesFor(sources, candleKey(BTC, '1h', count), signal);

    const isYoung = options.firstHour > 0;
    expect(found).toHaveLength(isYoung ? expected : count);
    expect(asked).toHaveLength(isYoung ? 1 : expected);
    expect(found.at(-1)?.openMs).toBe(9_999 * HOUR_MS);
    expect(found.every(({ openMs }, i) => openMs === (found[0]?.openMs ?? 0) + i * HOUR_MS)).toBe(
      true,
    );
  });

  it('are refused for a key that is none', async () => {
    const { sources } = venue({ firstHour: 0, page: 1_000 });

    for (const key of ['BTC/USDT|1h|0', 'BTC/USDT|7m|5', 'BTC/USDT|1h', 'x']) {
      await expect(candlesFor(sources, key, signal)).rejects.toMatchObject({ code: 'cache-key' });
    }
  });
});
