/** Who reads the cache of a recorded desk beside its own agents. */
import { setTimeout as sleep } from 'node:timers/promises';
import { candleKey } from '#cache/candle-key.ts';
import { ALL, candleHistory, marketTickers } from '#cache/kinds.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import { Pair } from '#core/model/pair.ts';
import { type Timeframe, timeframeMs } from '#core/model/timeframe.ts';
import type { Random } from '#platform/random.ts';

const BASES =
  'BTC ETH SOL BNB XRP ADA DOGE LINK AVAX LTC DOT TRX ATOM BCH NEAR UNI XLM ETC FIL APT'.split(' ');
export const PAIRS = BASES.map((base) => Pair.parse(`${base}/USDT`));
const TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '15m', '1h'];
const CANDLES = 300;
const CHART_MS = 400;
const SCREEN_MS = 60_000;
/** A venue gives a candle's last form a little after its end. */
const SETTLE_MS = 500;

type Reads = Pick<SharedCache, 'getOrLoad'>;

/** One cache each: people at charts, an analysis of what closed, a screen of everything a minute. */
export async function runConsumers(
  [charts, analysis, screen]: readonly Reads[],
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  if (charts === undefined || analysis === undefined || screen === undefined) {
    throw new Error('three caches are needed');
  }
  await Promise.all([
    until(signal, CHART_MS, () => lookAtChart(charts, random)),
    until(signal, timeframeMs('1m'), (nowMs) => analyse(analysis, nowMs), SETTLE_MS),
    until(signal, SCREEN_MS, () => lookAtAll(screen), SCREEN_MS / 2),
  ]);
}

/** At each multiple of `everyMs` by the clock, and so much later. */
async function until(
  signal: AbortSignal,
  everyMs: number,
  run: (nowMs: number) => Promise<unknown>,
  laterMs = 0,
): Promise<void> {
  while (!signal.aborted) {
    const nextMs = (Math.floor((Date.now() - laterMs) / everyMs) + 1) * everyMs + laterMs;
    await sleep(nextMs - Date.now(), undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await run(nextMs - laterMs);
  }
}

/** The n-th pair and timeframe are looked at 1/n as often as the first. */
async function lookAtChart(cache: Reads, random: Random): Promise<void> {
  const pair = PAIRS[zipf(random, PAIRS.length)];
  const timeframe = TIMEFRAMES[zipf(random, TIMEFRAMES.length)];
  if (pair === undefined || timeframe === undefined) return;
  await Promise.all([read(cache, pair, timeframe), cache.getOrLoad(marketTickers, ALL)]);
}

/** Of each pair the timeframes whose candle just closed. */
async function analyse(cache: Reads, nowMs: number): Promise<void> {
  const closed = TIMEFRAMES.filter((timeframe) => nowMs % timeframeMs(timeframe) === 0);
  for (const pair of PAIRS) {
    await Promise.all(closed.map((timeframe) => read(cache, pair, timeframe)));
  }
}

async function lookAtAll(cache: Reads): Promise<void> {
  for (const timeframe of TIMEFRAMES) {
    await Promise.all(PAIRS.map((pair) => read(cache, pair, timeframe)));
  }
}

async function read(cache: Reads, pair: Pair, timeframe: Timeframe): Promise<void> {
  await cache.getOrLoad(candleHistory, candleKey(pair, timeframe, CANDLES), { waitMs: 20_000 });
}

function zipf(random: Random, count: number): number {
  const total = Array.from({ length: count }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0);
  let left = random.next() * total;
  for (let place = 0; place < count; place += 1) {
    left -= 1 / (place + 1);
    if (left < 0) return place;
  }
  return count - 1;
}
