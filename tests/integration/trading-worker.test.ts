/** The worker as the real process it is, over a real Redis, seen from its neighbours. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluations, intents, records } from '#bus/queues.ts';
import { type RedisBus, openBus } from '#bus/redis/open-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { type OpenCandleCache, openCandleCache } from '#cache/open-candle-cache.ts';
import type { Candle } from '#core/model/candle.ts';
import type { Decision } from '#core/model/decision.ts';
import { type Evaluation, evaluationKey } from '#core/model/evaluation.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import { Pair } from '#core/model/pair.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';

const ENTRY = join(import.meta.dirname, '../../src/agents/trading-worker/index.ts');
const PAIR = Pair.parse('BTC/USDT');
const clock = systemClock();

let redis: RedisServer;
let bus: RedisBus;
let cache: OpenCandleCache;
const decisions: Decision[] = [];
const wishes: TradeIntent[] = [];

beforeAll(async () => {
  redis = await startRedis();
  const address = { socketPath: redis.socketPath, clock };
  bus = await openBus({ ...address, instance: 'neighbours' });
  cache = openCandleCache({ ...address, instance: 'data', config: CacheConfig.parse({}) });
  await bus.handle(
    records,
    (decision) => {
      decisions.push(decision);
      return Promise.resolve();
    },
    { concurrency: 4 },
  );
  await bus.handle(
    intents,
    (intent) => {
      wishes.push(intent);
      return Promise.resolve();
    },
    { concurrency: 4 },
  );
});

afterAll(async () => {
  await bus.close();
  cache.close();
  await redis[Symbol.asyncDispose]();
});

/** A worker as the coordinator starts it. */
function startWorker(instance: string, committee: object = {}) {
  const child = fork(ENTRY, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const kinds: string[] = [];
  child.on('message', (message) => kinds.push((message as { kind: string }).kind));
  child.send({
    kind: 'init',
    agent: 'trading-worker',
    instance,
    config: { desk_id: 'test', redis: { socket_path: redis.socketPath }, committee },
  });
  return {
    child,
    output: () => output,
    ready: () =>
      eventually(() => kinds.includes('ready'), { withinMs: 20_000, what: `ready: ${output}` }),
    [Symbol.asyncDispose]: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Candles that turn from a range into a clear rise, the last one closing at `closeMs`. */
function rising(closeMs: number, everyMs = 1_000, count = 320): Candle[] {
  const price = (i: number): number =>
    100 * (1 + 0.002 * Math.sin(i / 3) + 0.0012 * Math.max(0, i - (count - 60)));
  return Array.from({ length: count }, (_, i) => {
    const [open, close] = [price(i), price(i + 1)];
    return {
      openMs: closeMs - (count - i) * everyMs,
      open,
      high: Math.max(open, close) + 0.04,
      low: Math.min(open, close) - 0.04,
      close,
      volume: 5,
    };
  });
}

function evaluationAt(closeMs: number, candle: Candle, changes: Partial<Evaluation> = {}) {
  return {
    pair: PAIR,
    timeframe: '1s',
    closeMs,
    candle,
    origin: 'live',
    isEmpty: false,
    receivedMs: closeMs + 10,
    ...changes,
  } satisfies Evaluation;
}

/** The last whole second: a close of now. */
function lastSecondMs(): number {
  return Math.floor(clock.now() / 1_000) * 1_000;
}

function decisionOn(evaluation: Evaluation): Decision[] {
  return decisions.filter(({ evaluationId }) => evaluationId === evaluationKey(evaluation));
}

describe('a trading-worker process', () => {
  test('decides on a close within milliseconds and wishes to enter a clear rise', async () => {
    await using worker = startWorker('trading-worker-1');
    await worker.ready();
    const closeMs = lastSecondMs();
    const candles = rising(closeMs);
    const evaluation = evaluationAt(closeMs, candles.at(-1) as Candle);

    await cache.put({ pair: PAIR, timeframe: '1s', candles });
    await bus.send(evaluations, evaluation);
    await eventually(() => decisionOn(evaluation).length > 0, { withinMs: 5_000 });

    const [decision] = decisionOn(evaluation);
    const wish = wishes.find(({ id }) => id === decision?.intentId);
    expect(decision).toMatchObject({ action: 'buy', noEntry: [], worker: 'trading-worker-1' });
    expect(decision?.reports).toHaveLength(7);
    expect(wish).toMatchObject({ action: 'enter', pair: PAIR, desk: 'test' });
  });

  test('two workers share the load and one that is killed loses nothing', async () => {
    await using first = startWorker('trading-worker-1');
    await using second = startWorker('trading-worker-2');
    await Promise.all([first.ready(), second.ready()]);
    const pairs = Array.from({ length: 40 }, (_, i) => Pair.parse(`C${i}/USDT`));
    const closeMs = lastSecondMs();
    const candles = rising(closeMs);
    const sent = pairs.map((pair) => evaluationAt(closeMs, candles.at(-1) as Candle, { pair }));

    // Without candles the jobs wait in the workers' hands, so the kill meets work half done.
    await Promise.all(sent.map((evaluation) => bus.send(evaluations, evaluation)));
    await eventually(async () => (await bus.backlog(evaluations)).active >= 8, {
      withinMs: 5_000,
      what: 'both workers have their hands full',
    });
    first.child.kill('SIGKILL');
    await cache.putAll(pairs.map((pair) => ({ pair, timeframe: '1s', candles })));
    await eventually(() => sent.every((evaluation) => decisionOn(evaluation).length > 0), {
      withinMs: 15_000,
      what: 'every close has a decision',
    });

    for (const evaluation of sent) {
      expect(decisionOn(evaluation), evaluationKey(evaluation)).toHaveLength(1);
      const ids = wishes.filter(({ pair }) => pair === evaluation.pair).map(({ id }) => id);
      expect(new Set(ids).size, 'intents of one candle').toBeLessThanOrEqual(1);
    }
    expect((await bus.backlog(evaluations)).dead).toBe(0);
  });

  test('records a close whose candles never came, and one found after a gap', async () => {
    await using worker = startWorker('trading-worker-1');
    await worker.ready();
    const pair = Pair.parse('LOST/USDT');
    const closeMs = lastSecondMs();
    const [candle] = rising(closeMs).slice(-1) as [Candle];
    const missing = evaluationAt(closeMs, candle, { pair });
    const found = evaluationAt(closeMs - 1_000, candle, { pair, origin: 'backfill' });

    await Promise.all([bus.send(evaluations, missing), bus.send(evaluations, found)]);
    await eventually(() => decisionOn(missing).length > 0 && decisionOn(found).length > 0, {
      withinMs: 10_000,
    });

    expect(decisionOn(missing)[0]?.noEntry).toContain('stale-candles');
    expect(decisionOn(found)[0]?.noEntry).toContain('backfilled');
    expect(wishes.filter((wish) => wish.pair === pair)).toEqual([]);
  });

  test('does not start with an analyst that is not there, and says so', async () => {
    await using worker = startWorker('trading-worker-1', { analysts: [{ file: 'nowhere.ts' }] });

    const [code] = (await once(worker.child, 'exit')) as [number];

    expect(code).toBe(EXIT.config);
    expect(worker.output()).toContain('nowhere.ts');
  });

  test('hands nothing back half done when it is asked to stop', async () => {
    await using worker = startWorker('trading-worker-1');
    await worker.ready();
    const pair = Pair.parse('LAST/USDT');
    const closeMs = lastSecondMs();
    const candles = rising(closeMs);
    const evaluation = evaluationAt(closeMs, candles.at(-1) as Candle, { pair });
    await cache.put({ pair, timeframe: '1s', candles });
    const exit = once(worker.child, 'exit');

    await bus.send(evaluations, evaluation);
    worker.child.send({ kind: 'drain', withinMs: 5_000 });
    const [code] = (await exit) as [number];
    await using successor = startWorker('trading-worker-2');
    await successor.ready();
    await eventually(() => decisionOn(evaluation).length > 0, { withinMs: 10_000 });

    expect(code).toBe(EXIT.asked);
    expect(decisionOn(evaluation)).toHaveLength(1);
    expect(new Set(wishes.filter((wish) => wish.pair === pair).map(({ id }) => id)).size).toBe(1);
  });

  test('ends by itself when its coordinator vanishes', async () => {
    await using worker = startWorker('trading-worker-1');
    await worker.ready();
    const gone = once(worker.child, 'exit');

    worker.child.disconnect();

    const timeout = new Promise((_, reject) => {
      clock.after(10_000, () => reject(new Error('still there')), { unref: true });
    });
    await Promise.race([gone, timeout]);
  });
});
