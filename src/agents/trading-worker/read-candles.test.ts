import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { type Timeframe, higherTimeframes, timeframeMs } from '#core/model/timeframe.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { readCandles, windowOf } from './read-candles.ts';

function candles(count: number): Candle[] {
  return Array.from({ length: count }, (_, openMs) => {
    return { openMs, open: 1, high: 1, low: 1, close: 1, volume: 1 };
  });
}

test('a window holds the last candles and is the same array for the same series', () => {
  const window = windowOf(3);
  const series = candles(5);

  expect(window(series)).toEqual(series.slice(2));
  expect(window(series)).toBe(window(series));
  expect(window(candles(2))).toHaveLength(2);
  expect(window([...series, ...candles(1)])).not.toBe(window(series));
});

describe('a longer timeframe', () => {
  const CLOSE_MS = 1_700_000_040_000;
  const series = (timeframe: Timeframe, lastCloseMs: number): Candle[] => {
    const periodMs = timeframeMs(timeframe);
    return candles(3).map((candle, k) => ({
      ...candle,
      openMs: lastCloseMs - (3 - k) * periodMs,
    }));
  };

  /** What is read of the first longer timeframe when its last candle closed so many periods ago. */
  async function readAfter(periods: number) {
    const [longer] = higherTimeframes('1m');
    if (longer === undefined) throw new Error('no longer timeframe');
    const lastCloseMs = CLOSE_MS - periods * timeframeMs(longer);
    const pair = Pair.parse('BTC/USDT');
    const [candle] = series('1m', CLOSE_MS).slice(-1);
    if (candle === undefined) throw new Error('no candle');
    const read = await readCandles(
      {
        cache: {
          get: (of, timeframe) =>
            Promise.resolve({
              pair: of,
              timeframe,
              candles: series(timeframe, timeframe === '1m' ? CLOSE_MS : lastCloseMs),
            }),
          grow: () => undefined,
        },
        clock: fakeClock(CLOSE_MS),
        signal: new AbortController().signal,
      },
      {
        pair,
        timeframe: '1m',
        closeMs: CLOSE_MS,
        candle,
        origin: 'live',
        isEmpty: false,
        receivedMs: CLOSE_MS,
      },
      { window: windowOf(100), waitMs: 0 },
    );
    return read?.higher[0]?.candles.length;
  }

  test.each([
    ['that has just closed', 0, 3],
    ['under way', 0.9, 3],
    ['of which one period lacks', 1.9, 3],
    ['that ended long ago is none', 2, 0],
    ['that ended a day ago is none', 288, 0],
  ])('%s', async (_, periods, expected) => {
    expect(await readAfter(periods)).toBe(expected);
  });
});
