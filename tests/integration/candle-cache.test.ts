import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CandleSeries } from '#cache/candle-series.ts';
import { CacheConfig } from '#cache/config.ts';
import type { CacheResult } from '#cache/metrics.ts';
import { openCandleCache, type OpenCandleCache } from '#cache/open-candle-cache.ts';
import { Pair } from '#core/model/pair.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';

const pair = Pair.parse('BTC/USDT');
const results: CacheResult[] = [];
let redis: RedisServer;
let cache: OpenCandleCache;
let writer: OpenCandleCache;

function open(instance: string, socketPath: string, limitMs = 2_000): OpenCandleCache {
  return openCandleCache({
    socketPath,
    instance,
    clock: systemClock(),
    config: CacheConfig.parse({}),
    observer: { request: (result) => void results.push(result), bytes: () => undefined },
    limitMs,
  });
}

function series(timeframe: CandleSeries['timeframe'], count: number, stepMs: number): CandleSeries {
  const candles = Array.from({ length: count }, (_, i) => ({
    openMs: i * stepMs,
    open: 100 + i,
    high: 101 + i,
    low: 99 + i,
    close: 100.5 + i,
    volume: i,
  }));
  return { pair, timeframe, candles };
}

beforeAll(async () => {
  redis = await startRedis();
  cache = open('trading-worker-1', redis.socketPath);
  writer = open('data', redis.socketPath);
});
afterAll(async () => {
  cache.close();
  writer.close();
  await redis[Symbol.asyncDispose]();
});

test('what one process puts another gets', async () => {
  const minutes = series('1m', 500, 60_000);
  const fives = series('5m', 100, 300_000);
  await writer.putAll([minutes, fives]);

  expect(await cache.get(pair, '1m')).toEqual(minutes);
  expect(await cache.get(pair, '5m')).toEqual(fives);
  expect(await cache.get(Pair.parse('ETH/USDT'), '1m')).toBeUndefined();
});

test('a copy in the process serves the close it holds and no later one', async () => {
  await writer.put(series('1m', 10, 60_000));
  await cache.get(pair, '1m');
  results.length = 0;

  await cache.get(pair, '1m', 600_000);
  await writer.put(series('1m', 11, 60_000));
  const later = await cache.get(pair, '1m', 660_000);

  expect(results).toEqual(['l1', 'l2']);
  expect(later?.candles).toHaveLength(11);
});

test('a copy that is told the next candle serves the next close', async () => {
  await writer.put(series('1m', 10, 60_000));
  await cache.get(pair, '1m');
  const next = series('1m', 11, 60_000);
  results.length = 0;

  for (const candle of next.candles.slice(-1)) cache.grow(pair, '1m', candle);
  const grown = await cache.get(pair, '1m', 660_000);

  expect(results).toEqual(['l1']);
  expect(grown).toEqual(next);
});

test('a higher timeframe stays valid until its next candle closes', async () => {
  await writer.put(series('5m', 2, 300_000));
  await cache.get(pair, '5m');
  results.length = 0;

  await cache.get(pair, '5m', 600_000);
  await cache.get(pair, '5m', 840_000);
  await cache.get(pair, '5m', 900_000);

  expect(results).toEqual(['l1', 'l1', 'l2']);
});

test('junk in redis reads as absent', async () => {
  results.length = 0;
  await redis.command('SET nightdesk:candles.v1:BTC/USDT:1h junk');

  expect(await cache.get(pair, '1h')).toBeUndefined();
  expect(results).toEqual(['invalid']);
});

test('while redis is away a call fails within its limit', async () => {
  const quick = open('quick', '/nonexistent/redis.sock', 100);

  await expect(quick.get(pair, '1m')).rejects.toMatchObject({ code: 'redis-unavailable' });
  await expect(quick.put(series('1m', 1, 60_000))).rejects.toMatchObject({
    code: 'redis-unavailable',
  });
  quick.close();
});
