import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluations } from '#bus/queues.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { epoch, feeds, instruments } from '#bus/states.ts';
import * as topics from '#bus/topics.ts';
import { openCandleCache } from '#cache/open-candle-cache.ts';
import type { OpenCandleCache } from '#cache/open-candle-cache.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import { evaluationKey } from '#core/model/evaluation.ts';
import type { PublicTrade } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { runDataAgent, temporaryFolder } from '../support/data-agent.ts';
import { eventually } from '../support/eventually.ts';
import { clearFaults, postFault } from '../support/practice.ts';
import { startRedis } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { counted } from '../support/venue.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');

let exchange: PracticeExchange;
let redis: RedisServer;
let bus: RedisBus;
let cache: OpenCandleCache;
/** Every job a worker would have got. */
const jobs: Evaluation[] = [];

beforeAll(async () => {
  exchange = await startPractice({ clock: systemClock(), log: silentLog(), seed: 7, port: 0 });
  redis = await startRedis();
  const connection = { socketPath: redis.socketPath, instance: 'worker', clock: systemClock() };
  bus = await openBus(connection);
  cache = openCandleCache({ ...connection, config: { max_size_mb: 0, enable_compression: true } });
  await bus.set(epoch, 'current', { id: 'first', sinceMs: 0 });
  const take = (job: Evaluation): Promise<void> => Promise.resolve(void jobs.push(job));
  await bus.handle(evaluations, take, { concurrency: 4 });
});

afterAll(async () => {
  cache.close();
  await bus.close();
  await exchange.close();
  await redis[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await clearFaults(exchange.url);
  jobs.length = 0;
});

function closesOf(pair: Pair): number[] {
  return jobs.filter((job) => job.pair === pair).map(({ closeMs }) => closeMs);
}

/** True when each pair has every second from its first to its last close, each once. */
function isComplete(pairs: readonly Pair[]): boolean {
  return pairs.every((pair) => hasEverySecond(closesOf(pair)));
}

function hasEverySecond(closesMs: readonly number[]): boolean {
  const closes = closesMs.toSorted((a, b) => a - b);
  return closes.every((closeMs, i) => i === 0 || closeMs === (closes[i - 1] ?? 0) + 1_000);
}

async function untilClosesGrow(pair: Pair, by: number, withinMs = 15_000): Promise<void> {
  const before = closesOf(pair).length;
  await eventually(() => closesOf(pair).length >= before + by, {
    withinMs,
    what: `${by} more closes of ${pair}`,
  });
}

function marksIn(folder: string): string {
  const path = join(folder, 'marks.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

describe('the data agent', () => {
  it('offers each closed second once, after its candles are in the shared cache', async () => {
    const seen: boolean[] = [];
    await using _agent = await runDataAgent({ url: exchange.url, socketPath: redis.socketPath });
    await untilClosesGrow(BTC, 3);
    for (const job of jobs.slice()) {
      const series = await cache.get(job.pair, '1s');
      seen.push(series?.candles.some(({ openMs }) => openMs === job.candle.openMs) ?? false);
    }

    expect(isComplete([BTC, ETH])).toBe(true);
    expect(seen.every(Boolean)).toBe(true);
    expect(jobs.every(({ origin }) => origin === 'live')).toBe(true);
    const higher = await cache.get(BTC, '1m');
    expect(higher?.candles.length).toBeGreaterThan(50);
  });

  it('publishes quotes, books and trades, and keeps rules and freshness as states', async () => {
    const got = { quotes: 0, books: 0, trades: 0, candles: 0 };
    const trades: PublicTrade[] = [];
    await bus.subscribe(topics.quotes, (batch) => void (got.quotes += batch.length));
    await bus.subscribe(topics.books, (batch) => void (got.books += batch.length));
    await bus.subscribe(topics.trades, (batch) => void trades.push(...batch));
    await bus.subscribe(topics.candles, () => void (got.candles += 1));
    await using _agent = await runDataAgent({ url: exchange.url, socketPath: redis.socketPath });

    await eventually(
      () => Object.values({ ...got, trades: trades.length }).every((count) => count > 2),
      { withinMs: 10_000 },
    );
    await eventually(async () => (await bus.get(feeds, BTC))?.state === 'live', {
      withinMs: 5_000,
    });

    const feed = await bus.get(feeds, BTC);
    expect((feed?.atMs ?? 0) - (feed?.freshMs ?? 0)).toBeLessThan(2_000);
    expect((await bus.get(instruments, BTC))?.status).toBe('trading');
    const ids = trades.filter(({ pair }) => pair === BTC).map(({ id }) => id);
    expect(ids.every((id, i) => i === 0 || id === (ids[i - 1] ?? 0) + 1)).toBe(true);
  });

  it('misses no close when every socket is dropped again and again', async () => {
    await using agent = await runDataAgent({ url: exchange.url, socketPath: redis.socketPath });
    await untilClosesGrow(BTC, 2);

    await postFault(exchange.url, { kind: 'socket-drop', everyMs: 700, durationMs: 4_000 });
    await untilClosesGrow(BTC, 6);

    expect(isComplete([BTC, ETH])).toBe(true);
    expect(await counted(agent.metrics, 'venue_reconnects_total')).toBeGreaterThan(3);
  });

  it('gives candles that closed while it was down their evaluation', async () => {
    using folder = temporaryFolder();
    const options = { url: exchange.url, socketPath: redis.socketPath, folder: folder.path };
    {
      await using _agent = await runDataAgent(options);
      await untilClosesGrow(BTC, 2);
    }
    const lastMs = Math.max(...closesOf(BTC));
    await eventually(() => exchange.world.now() > lastMs + 5_000, { withinMs: 10_000 });

    await using _again = await runDataAgent(options);
    await untilClosesGrow(BTC, 6);

    expect(isComplete([BTC, ETH])).toBe(true);
    expect(jobs.some(({ origin }) => origin === 'backfill')).toBe(true);
  });

  it('offers only what was missed when its first Redis had no epoch at the start', async () => {
    using folder = temporaryFolder();
    const options = { url: exchange.url, socketPath: redis.socketPath, folder: folder.path };
    await bus.remove(epoch, 'current');
    {
      await using _agent = await runDataAgent(options);
      await untilClosesGrow(BTC, 2);
      await bus.set(epoch, 'current', { id: 'first', sinceMs: 1 });
      await eventually(() => marksIn(folder.path).includes('"epochId":"first"'), {
        withinMs: 10_000,
        what: 'the marks name the Redis they belong to',
      });
    }
    const startMs = Math.min(...closesOf(BTC));

    await using _again = await runDataAgent(options);
    await untilClosesGrow(BTC, 4);

    expect(Math.min(...closesOf(BTC))).toBe(startMs);
  });

  it('goes on while Redis is dead and offers what closed meanwhile', async () => {
    await using _agent = await runDataAgent({ url: exchange.url, socketPath: redis.socketPath });
    await untilClosesGrow(BTC, 2);

    await redis.kill();
    const diedMs = exchange.world.now();
    await eventually(() => exchange.world.now() > diedMs + 3_000, { withinMs: 10_000 });
    await redis.start();
    await untilClosesGrow(BTC, 6);

    // A Redis that is killed may forget its last second, so a close may come twice; never not.
    for (const pair of [BTC, ETH]) {
      expect(hasEverySecond([...new Set(closesOf(pair))]), pair).toBe(true);
    }
  });

  it('offers every unexpired close again after Redis was wiped', async () => {
    await using _agent = await runDataAgent({ url: exchange.url, socketPath: redis.socketPath });
    await untilClosesGrow(BTC, 3);
    const before = new Set(jobs.filter(({ pair }) => pair === BTC).map(evaluationKey));
    jobs.length = 0;

    await redis.command('FLUSHALL');
    await bus.set(epoch, 'current', { id: 'second', sinceMs: 1 });

    await eventually(
      () => [...before].every((key) => jobs.some((job) => evaluationKey(job) === key)),
      { withinMs: 10_000, what: 'the closes are offered again' },
    );
    await eventually(async () => (await bus.get(instruments, ETH)) !== undefined, {
      withinMs: 5_000,
    });
    expect((await cache.get(BTC, '1m'))?.candles.length).toBeGreaterThan(50);
  });
});
