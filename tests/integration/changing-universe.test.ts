/** The data agent as a process while the universe changes, Redis is wiped and it is killed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluations } from '#bus/queues.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { epoch, feeds, instruments, universe } from '#bus/states.ts';
import { universeChanges } from '#bus/topics.ts';
import { openCandleCache } from '#cache/open-candle-cache.ts';
import type { OpenCandleCache } from '#cache/open-candle-cache.ts';
import { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { startAgent } from '../support/agent-process.ts';
import type { AgentProcess } from '../support/agent-process.ts';
import { temporaryFolder } from '../support/data-agent.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { practiceExchangeConfig } from '../support/practice-exchange-config.ts';

const [BTC, ETH, SOL, XRP] = ['BTC', 'ETH', 'SOL', 'XRP'].map((base) => pairOf(base));

let exchange: PracticeExchange;
let redis: RedisServer;
let bus: RedisBus;
let cache: OpenCandleCache;
/** Each close as often as a worker got it. */
const closes: { readonly pair: Pair; readonly closeMs: number }[] = [];

beforeAll(async () => {
  exchange = await startPractice({ clock: systemClock(), log: silentLog(), seed: 7, port: 0 });
  redis = await startRedis();
  const connection = { socketPath: redis.socketPath, instance: 'worker', clock: systemClock() };
  bus = await openBus(connection);
  cache = openCandleCache({ ...connection, config: { max_size_mb: 0, enable_compression: true } });
  await bus.set(epoch, 'current', { id: 'first', sinceMs: 0 });
  const take = ({ pair, closeMs }: (typeof closes)[number]): Promise<void> =>
    Promise.resolve(void closes.push({ pair, closeMs }));
  await bus.handle(evaluations, take, { concurrency: 4 });
});

afterAll(async () => {
  cache.close();
  await bus.close();
  await exchange.close();
  await redis[Symbol.asyncDispose]();
});

function pairOf(base: string): Pair {
  return Pair.parse(`${base}/USDT`);
}

function start(dataDir: string): Promise<AgentProcess> {
  return startAgent({
    agent: 'data',
    config: {
      exchange: practiceExchangeConfig(exchange.url),
      pairs: [BTC, ETH],
      quote_asset: 'USDT',
      timeframe: '1s',
      data_dir: dataDir,
      redis: { socket_path: redis.socketPath },
      logging: { level: 'warn' },
    },
  });
}

let version = 0;

async function choose(...pairs: readonly (Pair | undefined)[]): Promise<void> {
  version += 1;
  const chosen = Universe.parse({
    atMs: exchange.world.now(),
    version,
    pairs: pairs.map((pair) => ({ pair, standing: 'trade', sinceMs: 0, why: 'test' })),
    chain: [],
  });
  await bus.set(universe, 'current', chosen);
  await bus.publish(universeChanges, chosen);
}

function closesOf(pair: Pair | undefined, fromMs = 0): number[] {
  const own = closes.filter((close) => close.pair === pair && close.closeMs > fromMs);
  return own.map(({ closeMs }) => closeMs).toSorted((a, b) => a - b);
}

/** Every second from the first to the last, each once. */
function holesAndDoubles(pair: Pair | undefined, fromMs = 0): number[] {
  return closesOf(pair, fromMs).filter(
    (closeMs, i, all) => i > 0 && closeMs !== (all[i - 1] ?? 0) + 1_000,
  );
}

async function untilClosesOf(pairs: readonly (Pair | undefined)[], afterMs: number): Promise<void> {
  const isThere = (pair: Pair | undefined): boolean => closesOf(pair, afterMs).length >= 2;
  await eventually(() => pairs.every(isThere), { withinMs: 20_000, what: 'two more closes each' });
}

describe('the data agent under a changing universe', () => {
  it('follows pairs that join and drops those that leave, and the rest miss nothing', async () => {
    using folder = temporaryFolder();
    await using agent = await start(folder.path);
    await untilClosesOf([BTC, ETH], 0);

    const joinMs = exchange.world.now();
    await choose(BTC, ETH, SOL, XRP);
    await untilClosesOf([BTC, SOL, XRP], joinMs);
    const live = async (pair: Pair | undefined): Promise<boolean> =>
      (await bus.get(feeds, pair ?? ''))?.state === 'live';
    await eventually(async () => (await live(SOL)) && live(XRP), { withinMs: 5_000 });

    expect(Math.min(...closesOf(SOL))).toBeGreaterThan(joinMs - 1_000);
    expect((await bus.get(instruments, pairOf('SOL')))?.status).toBe('trading');
    expect((await cache.get(pairOf('SOL'), '1m'))?.candles.length).toBeGreaterThan(50);

    await choose(BTC, SOL, XRP);
    await eventually(async () => (await bus.get(feeds, pairOf('ETH'))) === undefined, {
      withinMs: 5_000,
      what: 'the feed of the pair that left goes',
    });
    const leftMs = exchange.world.now();
    await untilClosesOf([BTC, SOL, XRP], leftMs + 1_000);
    expect(closesOf(ETH, leftMs + 1_000)).toEqual([]);
    for (const pair of [BTC, ETH, SOL, XRP]) expect(holesAndDoubles(pair), pair).toEqual([]);

    // The universe is nowhere but on its disk now.
    const killedMs = exchange.world.now();
    await agent.kill();
    await redis.command('FLUSHALL');
    await bus.set(epoch, 'current', { id: 'second', sinceMs: 1 });
    await using _again = await start(folder.path);
    await untilClosesOf([BTC, SOL, XRP], exchange.world.now());

    expect(closesOf(ETH, leftMs + 1_000)).toEqual([]);
    for (const pair of [BTC, SOL, XRP]) {
      const all = new Set(closesOf(pair, killedMs - 1_000));
      const last = Math.max(...all);
      const first = Math.min(...all);
      expect(all.size, pair).toBe((last - first) / 1_000 + 1);
    }
  }, 60_000);
});
