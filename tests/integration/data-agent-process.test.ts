/** The data agent as a process: killed, stopped, drained, and started without a venue. */
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluations } from '#bus/queues.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { epoch } from '#bus/states.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import { evaluationKey } from '#core/model/evaluation.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { FromChild } from '#platform/lifecycle/contract.ts';
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

const PAIRS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];

let exchange: PracticeExchange;
let redis: RedisServer;
let bus: RedisBus;
const jobs = new Map<string, Evaluation>();

beforeAll(async () => {
  exchange = await startPractice({ clock: systemClock(), log: silentLog(), seed: 7, port: 0 });
  redis = await startRedis();
  bus = await openBus({ socketPath: redis.socketPath, instance: 'worker', clock: systemClock() });
  await bus.set(epoch, 'current', { id: 'first', sinceMs: 0 });
  const take = (job: Evaluation): Promise<void> => {
    jobs.set(evaluationKey(job), job);
    return Promise.resolve();
  };
  await bus.handle(evaluations, take, { concurrency: 4 });
});

afterAll(async () => {
  await bus.close();
  await exchange.close();
  await redis[Symbol.asyncDispose]();
});

beforeEach(() => jobs.clear());

function start(dataDir: string, url = exchange.url): Promise<AgentProcess> {
  return startAgent({
    agent: 'data',
    config: {
      exchange: practiceExchangeConfig(url),
      pairs: PAIRS,
      quote_asset: 'USDT',
      timeframe: '1s',
      data_dir: dataDir,
      redis: { socket_path: redis.socketPath },
      logging: { level: 'warn' },
    },
  });
}

function closes(pair: string): number[] {
  const of = [...jobs.values()].filter((job) => job.pair === pair);
  return of.map(({ closeMs }) => closeMs).toSorted((a, b) => a - b);
}

function isWhole(): boolean {
  return PAIRS.every((pair) => {
    const all = closes(pair);
    return all.length > 0 && all.every((ms, i) => i === 0 || ms - (all[i - 1] ?? 0) === 1_000);
  });
}

async function untilWholeAfter(ms: number): Promise<void> {
  await eventually(() => PAIRS.every((pair) => (closes(pair).at(-1) ?? 0) > ms) && isWhole(), {
    withinMs: 25_000,
    what: 'every candle of every pair',
  });
}

describe('the data agent as a process', () => {
  it('loses no candle when it is killed again and again', async () => {
    using folder = temporaryFolder();
    for (let round = 0; round < 3; round += 1) {
      await using agent = await start(folder.path);
      await untilWholeAfter(exchange.world.now() + 1_000);
      await agent.kill();
    }
    await using _last = await start(folder.path);
    await untilWholeAfter(exchange.world.now() + 1_000);

    expect(isWhole()).toBe(true);
  });

  it('catches up after it was stopped and woken again', async () => {
    using folder = temporaryFolder();
    await using agent = await start(folder.path);
    await untilWholeAfter(exchange.world.now() + 1_000);
    agent.child.kill('SIGSTOP');
    const stoppedMs = exchange.world.now();
    await eventually(() => exchange.world.now() > stoppedMs + 5_000, { withinMs: 10_000 });

    agent.child.kill('SIGCONT');

    await untilWholeAfter(stoppedMs + 6_000);
    expect(isWhole()).toBe(true);
  });

  it('shows progress in its beats and ends in time when asked', async () => {
    using folder = temporaryFolder();
    await using agent = await start(folder.path);
    let progressMs = 0;
    agent.child.on('message', (raw) => {
      const message = FromChild.parse(raw);
      if (message.kind === 'heartbeat') progressMs = message.progressMs ?? progressMs;
    });
    await untilWholeAfter(exchange.world.now() + 1_000);
    await eventually(() => progressMs > 0, { withinMs: 5_000 });
    const gone = once(agent.child, 'exit');
    const startMs = performance.now();

    agent.child.send({ kind: 'drain', withinMs: 5_000 });

    expect(await gone).toEqual([0, null]);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  it('says why it cannot start when the venue does not answer', async () => {
    using folder = temporaryFolder();

    await expect(start(folder.path, 'http://127.0.0.1:9').then(() => undefined)).rejects.toThrow(
      /the venue did not answer/,
    );
  });
});
