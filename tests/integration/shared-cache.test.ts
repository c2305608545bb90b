import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candleKey } from '#cache/candle-key.ts';
import { defineKind } from '#cache/kind.ts';
import {
  ALL,
  candleHistory,
  depthSnapshot,
  marketTickers,
  venueInstruments,
} from '#cache/kinds.ts';
import type { Candle } from '#core/model/candle.ts';
import { MarketTicker } from '#core/model/market-ticker.ts';
import { OrderBook } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import { type CountedCache, openCountedCache } from '../support/cache/shared-cache.ts';
import { runDataAgent } from '../support/data-agent.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { counted } from '../support/venue.ts';

const BTC = Pair.parse('BTC/USDT');
const ticker = (last: number): MarketTicker[] => [
  MarketTicker.parse({ pair: BTC, last, quoteVolume24h: 1, changeFraction24h: 0, atMs: 1 }),
];
const book = (updateId: number, levels = 1): OrderBook =>
  OrderBook.parse({
    pair: BTC,
    bids: Array.from({ length: levels }, (_, i) => [String(i + 1), '1']),
    asks: [],
    updateId,
    atMs: 1,
    receivedMs: 1,
  });

let redis: RedisServer;
let open: CountedCache[] = [];

function cacheOf(instance: string, given?: Parameters<typeof openCountedCache>[2]): CountedCache {
  const cache = openCountedCache(redis.socketPath, instance, given);
  open.push(cache);
  return cache;
}

/** Each hears what the other says: a pair's first words may go before the other is there. */
async function connected(...caches: CountedCache[]): Promise<void> {
  for (const from of caches) {
    for (const to of caches.filter((other) => other !== from)) {
      await eventually(
        async () => {
          await from.set(marketTickers, 'probe', ticker(1)).catch(() => undefined);
          await to.get(marketTickers, 'probe');
          to.results.length = 0;
          await to.get(marketTickers, 'probe');
          const isKept = to.results.at(-1) === 'l1';
          await from.set(marketTickers, 'probe', ticker(2)).catch(() => undefined);
          return isKept && (await to.get(marketTickers, 'probe'))?.[0]?.last === 2;
        },
        { withinMs: 5_000, what: 'one cache hears the other' },
      );
    }
  }
  for (const cache of caches) cache.results.length = 0;
}

beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  for (const cache of open) cache.close();
  open = [];
  await redis[Symbol.asyncDispose]();
});

describe('the shared cache', () => {
  it('loads once for all who ask at once, in two processes, and serves the rest', async () => {
    const [data, worker] = [cacheOf('data'), cacheOf('worker')];
    await connected(data, worker);
    let loads = 0;
    const held = Promise.withResolvers<void>();
    data.provide(marketTickers, async () => {
      loads += 1;
      await held.promise;
      return ticker(loads);
    });

    const asked = [1, 2, 3].flatMap(() => [
      data.getOrLoad(marketTickers, ALL),
      worker.getOrLoad(marketTickers, ALL),
    ]);
    await eventually(() => loads > 0, { withinMs: 2_000, what: 'a load' });
    held.resolve();
    const values = await Promise.all(asked);
    await worker.getOrLoad(marketTickers, ALL);

    expect(loads).toBe(1);
    expect(values.map(([one]) => one?.last)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(worker.results.at(-1)).toBe('l1');
    expect(data.results.toSorted()).toEqual(['joined', 'joined', 'load']);
  });

  it('forgets everywhere at once, and keeps nothing of a load that began before', async () => {
    const [data, worker] = [cacheOf('data'), cacheOf('worker')];
    await connected(data, worker);
    let version = 1;
    const held = Promise.withResolvers<void>();
    data.provide(depthSnapshot, async () => {
      const loaded = book(version);
      if (version === 2) await held.promise;
      return loaded;
    });
    await worker.getOrLoad(depthSnapshot, BTC);
    await data.invalidate(depthSnapshot, BTC);
    await eventually(async () => (await worker.get(depthSnapshot, BTC)) === undefined, {
      withinMs: 2_000,
      what: 'the copy is gone',
    });

    version = 2;
    const under = data.getOrLoad(depthSnapshot, BTC);
    await eventually(async () => (await redis.command('KEYS *lease*')).includes('depth'), {
      withinMs: 2_000,
      what: 'a load under way',
    });
    await worker.invalidate(depthSnapshot);
    version = 3;
    held.resolve();

    expect((await under).updateId, 'who asked before is answered').toBe(2);
    expect((await worker.getOrLoad(depthSnapshot, BTC)).updateId).toBe(3);
    expect((await data.getOrLoad(depthSnapshot, BTC)).updateId).toBe(3);
    expect(data.refused).toEqual(['outdated']);
  });

  it('waits for a loader that was killed no longer than its lease', async () => {
    const heir = cacheOf('heir');
    await connected(heir);
    const path = fileURLToPath(new URL('../support/cache/loader-process.ts', import.meta.url));
    const child = fork(path, [redis.socketPath], { stdio: 'ignore' });
    await once(child, 'message');
    const loading = once(child, 'message');
    child.send(BTC);
    await loading;
    await eventually(async () => (await redis.command('KEYS *lease*')).includes('depth'), {
      withinMs: 5_000,
      what: 'its lease',
    });
    child.kill('SIGKILL');
    await once(child, 'exit');

    heir.provide(depthSnapshot, () => Promise.resolve(book(7)));
    const startedMs = performance.now();
    const found = await heir.getOrLoad(depthSnapshot, BTC);

    expect(found.updateId).toBe(7);
    expect(performance.now() - startedMs).toBeLessThan(4_500);
  });

  it('does not take the value of a loader that was stopped, once another has loaded', async () => {
    const [data, heir, reader] = [cacheOf('data'), cacheOf('heir'), cacheOf('reader')];
    await connected(data, heir, reader);
    await data.set(depthSnapshot, BTC, book(1));
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    data.provide(depthSnapshot, async () => {
      begun.resolve();
      await held.promise;
      return book(2);
    });
    heir.provide(depthSnapshot, () => Promise.resolve(book(3)));

    const slow = data.prefetch(depthSnapshot, BTC, 3_600_000);
    await begun.promise;
    // It was stopped so long that its lease is over.
    await redis.command(`DEL nightdesk:cache:lease:depthSnapshot.v1:${BTC}`);
    expect(await heir.prefetch(depthSnapshot, BTC, 3_600_000)).toBe(true);
    held.resolve();
    await slow;

    expect((await reader.get(depthSnapshot, BTC))?.updateId).toBe(3);
    expect((await data.get(depthSnapshot, BTC))?.updateId).toBe(3);
    expect(data.refused).toEqual(['outdated']);
  });

  it('takes the value of a loader whose lease is over while nobody else has loaded', async () => {
    const [data, reader] = [cacheOf('data'), cacheOf('reader')];
    await connected(data, reader);
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    data.provide(depthSnapshot, async () => {
      begun.resolve();
      await held.promise;
      return book(2);
    });

    const slow = data.getOrLoad(depthSnapshot, BTC);
    await begun.promise;
    await redis.command(`DEL nightdesk:cache:lease:depthSnapshot.v1:${BTC}`);
    held.resolve();
    await slow;

    expect((await reader.get(depthSnapshot, BTC))?.updateId).toBe(2);
    expect(data.refused).toEqual([]);
  });

  it('remembers what does not exist and passes on what failed for now', async () => {
    const [data, worker] = [cacheOf('data'), cacheOf('worker')];
    await connected(data, worker);
    let calls = 0;
    data.provide(depthSnapshot, (key) => {
      calls += 1;
      return Promise.reject(
        key === 'NO/PAIR'
          ? new PermanentError('venue-unknown-symbol', 'no such pair')
          : new TransientError('venue-budget', 'not now', { details: { retryAfterMs: 900 } }),
      );
    });

    const none = { code: 'venue-unknown-symbol' };
    await expect(worker.getOrLoad(depthSnapshot, 'NO/PAIR')).rejects.toMatchObject(none);
    await expect(worker.getOrLoad(depthSnapshot, 'NO/PAIR')).rejects.toMatchObject(none);
    await expect(data.getOrLoad(depthSnapshot, 'NO/PAIR')).rejects.toMatchObject(none);
    expect(calls).toBe(1);

    await expect(worker.getOrLoad(depthSnapshot, BTC)).rejects.toMatchObject({
      code: 'cache-load',
      details: { code: 'venue-budget', retryAfterMs: 900 },
    });
    expect(worker.results).toEqual(['load', 'negative', 'failed']);
  });

  it('tells the provider what others read, and loads ahead what will not last', async () => {
    const [data, worker] = [cacheOf('data'), cacheOf('worker')];
    await connected(data, worker);
    const seen: string[] = [];
    data.onReads((reads) => void seen.push(...reads.map(({ id, count }) => `${id} ${count}`)));
    let loads = 0;
    data.provide(depthSnapshot, () => Promise.resolve(book((loads += 1))));

    expect(await data.prefetch(depthSnapshot, BTC, 0), 'it was not there').toBe(true);
    await Promise.all([1, 2].map(() => worker.getOrLoad(depthSnapshot, BTC)));
    await eventually(() => seen.includes('depthSnapshot.v1:BTC/USDT 2'), {
      withinMs: 2_000,
      what: 'the reads are told',
    });
    expect(await data.prefetch(depthSnapshot, BTC, 500), 'it is fresh then').toBe(false);
    expect(await data.prefetch(depthSnapshot, BTC, 3_600_000)).toBe(true);
    expect(loads).toBe(2);
    expect(worker.results).toEqual(['l2', 'l2']);
  });

  it('does not fail who waits for a load ahead that failed', async () => {
    const [data, worker] = [cacheOf('data'), cacheOf('worker')];
    await connected(data, worker);
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const hasAsked = Promise.withResolvers<void>();
    data.onReads((reads) => {
      if (reads.some(({ id }) => id.includes(BTC))) hasAsked.resolve();
    });
    data.provide(depthSnapshot, async (_key, { priority }) => {
      if (priority === 'data') return book(2);
      begun.resolve();
      await held.promise;
      throw new TransientError('venue-budget', 'not now');
    });

    const ahead = data.prefetch(depthSnapshot, BTC, 0);
    await begun.promise;
    const asked = worker.getOrLoad(depthSnapshot, BTC, { waitMs: 10_000 });
    await hasAsked.promise;
    held.resolve();

    await expect(ahead).rejects.toMatchObject({ code: 'venue-budget' });
    expect((await asked).updateId).toBe(2);
  });

  it('hands out a stale value while one process fetches a new one', async () => {
    const quick = defineKind<OrderBook>({
      ...depthSnapshot,
      name: 'quick',
      schema: OrderBook,
      ttlMs: { min: 50, max: 50 },
      staleMs: 60_000,
    });
    const [data, worker] = [cacheOf('data'), cacheOf('worker')];
    await connected(data, worker);
    let loads = 0;
    data.provide(quick, () => Promise.resolve(book((loads += 1))));
    await worker.getOrLoad(quick, BTC);

    await eventually(async () => (await worker.getOrLoad(quick, BTC)).updateId >= 3, {
      withinMs: 3_000,
      what: 'a newer value',
    });

    expect(worker.results.filter((result) => result === 'load')).toHaveLength(1);
    expect(worker.results).toContain('stale');
  });

  it('takes neither another version, nor another series, nor junk', async () => {
    const [data, worker] = [cacheOf('data'), cacheOf('worker')];
    await connected(data, worker);
    const newer = { ...depthSnapshot, version: 2 };
    await data.set(depthSnapshot, BTC, book(1));
    expect(await worker.get(newer, BTC)).toBeUndefined();
    expect((await worker.get(depthSnapshot, BTC))?.updateId).toBe(1);

    const candle: Candle = { openMs: 0, open: 1, high: 1, low: 1, close: 1, volume: 0 };
    const [one, other] = [candleKey(BTC, '1h', 1), candleKey(BTC, '4h', 1)];
    await data.set(candleHistory, one, [candle]);
    expect(await worker.get(candleHistory, one)).toEqual([candle]);
    const at = (key: string): string => `nightdesk:cache:entry:candleHistory.v1:${key}`;
    await redis.command(`COPY ${at(one)} ${at(other)}`);
    expect(await worker.get(candleHistory, other)).toBeUndefined();
    await redis.command(`SET ${at(candleKey(BTC, '1d', 1))} junk`);
    expect(await worker.get(candleHistory, candleKey(BTC, '1d', 1))).toBeUndefined();
    expect(worker.refused).toEqual(['invalid', 'invalid']);
  });

  it('keeps Redis and each process within their budgets, to the byte', async () => {
    const config = { redis_size_mb: 1, shared_size_mb: 0.25, enable_compression: false };
    const data = cacheOf('data', { config });
    await connected(data);
    for (let i = 0; i < 120; i += 1) await data.set(depthSnapshot, `PAIR${i}`, book(i, 900));

    const sizes = await redis.command('HVALS nightdesk:cache:sizes');
    const counted = sizes
      .split('\r\n')
      .flatMap((line) => (/^\d+$/.test(line) ? [Number(line)] : []));
    const sum = counted.reduce((total, one) => total + one, 0);
    expect(sum).toBe(data.bytes.l2);
    expect(data.bytes.l2).toBeLessThanOrEqual(1_048_576);
    expect(data.bytes.l2).toBeGreaterThan(900_000);
    expect(data.bytes.l1).toBeLessThanOrEqual(262_144);
    expect(data.bytes.l1).toBeGreaterThan(200_000);
    expect(data.evicted.map(({ level }) => level)).toEqual(expect.arrayContaining(['l1', 'l2']));
    const entries = await redis.command('DBSIZE');
    expect(Number(entries.slice(1))).toBe(counted.length + 7);
  });

  it('keeps its budget when Redis has lost a part of the index', async () => {
    const config = { redis_size_mb: 1, enable_compression: false };
    const data = cacheOf('data', { config });
    await connected(data);
    const fill = async (from: number): Promise<void> => {
      for (let i = from; i < from + 60; i += 1) {
        await data.set(depthSnapshot, `PAIR${i}`, book(i, 900));
      }
    };
    await fill(0);

    for (const [round, lost] of ['sizes', 'ranks', 'bytes', 'expiries'].entries()) {
      await redis.command(`DEL nightdesk:cache:${lost}`);
      await fill(60 * (round + 1));
      expect(data.bytes.l2, lost).toBeLessThanOrEqual(1_048_576);
      expect(data.bytes.l2, lost).toBeGreaterThan(0);
    }
    expect(data.refused).toEqual([]);
    const last = await data.get(depthSnapshot, 'PAIR299');
    expect(last?.updateId).toBe(299);
  });

  it('goes on after FLUSHALL, and without Redis loads for itself or fails at once', async () => {
    const [data, worker] = [cacheOf('data'), cacheOf('worker', { limitMs: 500 })];
    await connected(data, worker);
    let loads = 0;
    data.provide(depthSnapshot, () => Promise.resolve(book((loads += 1))));
    await worker.getOrLoad(depthSnapshot, 'A/B');
    await redis.command('FLUSHALL');
    await worker.getOrLoad(depthSnapshot, 'C/D');
    expect(loads).toBe(2);

    await redis.kill();
    await eventually(async () => (await worker.get(depthSnapshot, 'A/B')) === undefined, {
      withinMs: 2_000,
      what: 'copies are gone with the subscription',
    });
    expect((await data.getOrLoad(depthSnapshot, 'E/F')).updateId).toBe(3);
    await data.getOrLoad(depthSnapshot, 'E/F');
    expect(data.results.at(-1)).toBe('l1');
    await expect(worker.getOrLoad(depthSnapshot, 'E/F')).rejects.toMatchObject({
      code: 'cache-load',
    });

    await redis.start();
    await eventually(
      () =>
        worker.getOrLoad(depthSnapshot, 'G/H', { waitMs: 500 }).then(
          () => true,
          () => false,
        ),
      { withinMs: 5_000, what: 'Redis is back' },
    );
  });
});

describe('the data agent', () => {
  it('provides the market to the others, from what it keeps where it can', async () => {
    const exchange = await startPractice({
      clock: systemClock(),
      log: silentLog(),
      seed: 7,
      port: 0,
    });
    await using stack = new AsyncDisposableStack();
    stack.adopt(exchange, (running) => running.close());
    const agent = stack.use(
      await runDataAgent({ url: exchange.url, socketPath: redis.socketPath, pairs: ['BTC/USDT'] }),
    );
    const other = cacheOf('pair-selector');
    const XRP = Pair.parse('XRP/USDT');

    const tickers = await other.getOrLoad(marketTickers, ALL);
    const instruments = await other.getOrLoad(venueInstruments, ALL);
    const klines = await counted(agent.metrics, 'venue_requests_total', { call: 'klines' });
    const kept = await other.getOrLoad(candleHistory, candleKey(BTC, '1s', 100));
    expect(
      await counted(agent.metrics, 'venue_requests_total', { call: 'klines' }),
      'followed candles need no call',
    ).toBe(klines);
    const foreign = await other.getOrLoad(candleHistory, candleKey(XRP, '1h', 50));
    const depth = await other.getOrLoad(depthSnapshot, XRP);

    expect(tickers.length).toBeGreaterThan(10);
    expect(tickers.length).toBe(instruments.length);
    expect(tickers.every(({ bid, ask }) => (bid ?? 0) < (ask ?? 0))).toBe(true);
    expect(kept).toHaveLength(100);
    expect(foreign).toHaveLength(50);
    expect(depth.bids.length).toBeGreaterThan(5);
    await expect(other.getOrLoad(depthSnapshot, 'NO/USDT')).rejects.toBeInstanceOf(PermanentError);
  });
});
