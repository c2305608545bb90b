import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#bus/observer.ts';
import { openBus, type RedisBus } from '#bus/redis/open-bus.ts';
import { epoch } from '#bus/states.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { board, news, notes } from '../support/bus-fixtures.ts';
import { eventually } from '../support/eventually.ts';
import { loadingRedis } from '../support/loading-redis.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';

const clock = systemClock();
let redis: RedisServer;
let open: RedisBus[] = [];

beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(open.map((bus) => bus.close()));
  open = [];
  await redis[Symbol.asyncDispose]();
});

async function connect(instance: string, limitMs = 2_000): Promise<RedisBus> {
  const bus = await openBus({ socketPath: redis.socketPath, instance, clock, limitMs });
  open.push(bus);
  return bus;
}

test('every call ends within its limit while redis hangs, and works when it wakes', async () => {
  const bus = await connect('data', 300);
  await bus.send(notes, { id: 'warm', n: 0 });
  redis.pause();
  const startMs = performance.now();

  const outcomes = await Promise.allSettled([
    bus.send(notes, { id: 'a', n: 1 }),
    bus.publish(news, { id: 'a', n: 1 }),
    bus.set(board, 'a', { id: 'a', n: 1 }),
    bus.get(board, 'a'),
    bus.backlog(notes),
  ]);

  expect(performance.now() - startMs).toBeLessThan(1_500);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'redis-timeout' } });
  }
  redis.resume();
  await bus.send(notes, { id: 'b', n: 2 });
  await eventually(async () => (await bus.backlog(notes)).waiting === 3, {
    withinMs: 3_000,
    what: 'the job whose sender gave up is there too, once',
  });
});

test('calls fail within their limit while redis is dead; a fact at once', async () => {
  const bus = await connect('data', 300);
  await redis.kill();
  await eventually(() => !bus.isConnected(), { withinMs: 1_000 });

  await expect(bus.publish(news, { id: 'a', n: 1 })).rejects.toMatchObject({
    code: 'redis-unavailable',
  });
  await expect(bus.send(notes, { id: 'a', n: 1 })).rejects.toMatchObject({
    code: 'redis-unavailable',
  });
});

test('a redis that stays away fills no log', async () => {
  const said: string[] = [];
  const bus = await openBus({
    socketPath: redis.socketPath,
    instance: 'gateway',
    clock,
    limitMs: 1_000,
    log: { ...silentLog, warn: (_fields, message) => void said.push(message) },
  });
  open.push(bus);
  await bus.handle(notes, async () => undefined, { concurrency: 1 });
  await bus.send(notes, { id: 'warm', n: 0 });
  const fail = () => expect(bus.send(notes, { id: 'a', n: 1 })).rejects.toThrow('Redis did not');

  await redis.kill();
  await fail();
  const loss = said.length;
  await fail();

  expect(said).toContain('redis connection lost');
  expect(said.slice(loss)).toEqual([]);
});

test('a send begun while redis is away goes through when it is back in time', async () => {
  const bus = await connect('data', 5_000);
  await redis.kill();
  await eventually(() => !bus.isConnected(), { withinMs: 1_000 });

  const sending = bus.send(notes, { id: 'a', n: 1 });
  await redis.start();

  await sending;
  expect((await bus.backlog(notes)).waiting).toBe(1);
});

test('each kill of redis loses no accepted job, and workers go on by themselves', async () => {
  const sender = await connect('data', 10_000);
  const worker = await connect('gateway', 10_000);
  const seen = new Set<string>();
  const gaps: number[] = [];
  await worker.handle(notes, async (note) => void seen.add(note.id), { concurrency: 4 });
  await worker.subscribe(news, () => undefined, { onGap: (missed) => void gaps.push(missed) });

  for (let round = 0; round < 4; round += 1) {
    for (let n = 0; n < 10; n += 1) await sender.send(notes, { id: `r${round}-${n}`, n });
    await redis.kill();
    await redis.start();
    const tookMs = await eventually(() => seen.size === (round + 1) * 10, { withinMs: 6_000 });
    expect(tookMs).toBeLessThan(5_000);
    await eventually(() => gaps.length > round, { withinMs: 2_000, what: 'the gap is told' });
  }

  expect(seen.size).toBe(40);
  expect((await worker.backlog(notes)).dead).toBe(0);
});

test('an agent that starts before redis connects when it comes', async () => {
  const { socketPath } = redis;
  await redis.kill();
  const bus = await openBus({ socketPath, instance: 'early', clock, connectWithinMs: 50 });
  open.push(bus);
  const seen: string[] = [];
  const heard: number[] = [];
  expect(bus.isConnected()).toBe(false);
  await bus.handle(notes, async (note) => void seen.push(note.id), { concurrency: 1 });
  const subscribing = bus.subscribe(news, (note) => void heard.push(note.n));

  await redis.start();

  await subscribing;
  await eventually(() => bus.isConnected(), { withinMs: 2_000 });
  await bus.send(notes, { id: 'a', n: 1 });
  await bus.publish(news, { id: 'a', n: 9 });
  await eventually(() => seen.length === 1 && heard.length === 1, { withinMs: 5_000 });
});

test('every connection is used soon after redis has loaded its file', async () => {
  // Six looks with the pause that ioredis makes of Redis' own estimate are six seconds and more.
  await using loading = await loadingRedis(redis.socketPath, 6);
  const { socketPath } = loading;
  const bus = await openBus({ socketPath, instance: 'early', clock, connectWithinMs: 50 });
  open.push(bus);
  const seen: string[] = [];
  const heard: number[] = [];
  await bus.handle(notes, async (note) => void seen.push(note.id), { concurrency: 1 });
  const subscribing = bus.subscribe(news, (note) => void heard.push(note.n));

  await eventually(
    async () => {
      await bus.send(notes, { id: 'a', n: 1 });
      await bus.publish(news, { id: 'a', n: 9 });
      return seen.length === 1 && heard.length > 0;
    },
    { withinMs: 4_000, what: 'commands, work and topics go through' },
  );

  await subscribing;
});

test('the job of a killed worker process runs again within five seconds', async () => {
  const bus = await connect('gateway');
  const child = fork(join(import.meta.dirname, '../support/processes/stuck-worker.ts'), [
    redis.socketPath,
  ]);
  await bus.send(notes, { id: 'a', n: 1 });
  const [message] = (await once(child, 'message')) as [{ took: string }];
  expect(message.took).toBe('a');
  const seen: string[] = [];
  await bus.handle(notes, async (note) => void seen.push(note.id), { concurrency: 1 });
  await bus.send(notes, { id: 'b', n: 2 });

  child.kill('SIGKILL');
  await once(child, 'exit');
  const tookMs = await eventually(() => seen.includes('a'), { withinMs: 8_000 });

  expect(tookMs).toBeLessThan(5_000);
  expect(seen).toEqual(['b', 'a']);
});

test('a wipe amid running jobs leaves queues, handlers and state usable', async () => {
  const sender = await connect('data');
  const worker = await connect('gateway');
  const started: string[] = [];
  const done: string[] = [];
  const release = Promise.withResolvers<void>();
  let wipes = 0;
  worker.onWipe(() => {
    wipes += 1;
  });
  await worker.handle(
    notes,
    async (note) => {
      started.push(note.id);
      if (note.id.startsWith('held')) await release.promise;
      done.push(note.id);
    },
    { concurrency: 3 },
  );
  // The epoch is changed until the worker has seen one.
  let id = 0;
  await eventually(
    async () => {
      await sender.set(epoch, 'current', { id: `e${(id += 1)}`, sinceMs: 0 });
      return wipes > 0;
    },
    { withinMs: 3_000 },
  );
  for (let n = 0; n < 6; n += 1) await sender.send(notes, { id: `held${n}`, n });
  await eventually(() => started.length === 3, { withinMs: 2_000 });
  wipes = 0;

  await redis.command('FLUSHALL');
  await sender.set(epoch, 'current', { id: 'wiped', sinceMs: 0 });
  await eventually(() => wipes === 1, { withinMs: 2_000 });
  await eventually(
    async () =>
      (await redis.command('HGET nightdesk:test-notes.v1:meta opts.maxLenEvents')).includes('100'),
    { withinMs: 1_000, what: 'the queue has its settings back' },
  );
  release.resolve();
  await sender.send(notes, { id: 'after', n: 1 });
  await sender.send(notes, { id: 'held5', n: 5 });

  await eventually(() => done.includes('after') && done.includes('held5'), { withinMs: 5_000 });
  expect(await sender.backlog(notes)).toMatchObject({ waiting: 0, active: 0, dead: 0 });
});

test('close ends within its bound with redis dead and a job in hand', async () => {
  const bus = await connect('gateway');
  const started = Promise.withResolvers<void>();
  await bus.handle(
    notes,
    () => {
      started.resolve();
      return new Promise<never>(() => undefined);
    },
    { concurrency: 1 },
  );
  await bus.send(notes, { id: 'a', n: 1 });
  await started.promise;
  await redis.kill();
  const startMs = performance.now();

  await bus.close();

  expect(performance.now() - startMs).toBeLessThan(8_000);
});

test('a closed bus takes no work any more', async () => {
  const bus = await connect('gateway');
  const handling = bus.handle(notes, async () => undefined, { concurrency: 1 });

  const closing = bus.close();

  await expect(handling).rejects.toMatchObject({ code: 'bus-closed' });
  await closing;
});

test('close ends within its bound while redis hangs', async () => {
  const bus = await connect('gateway', 500);
  await bus.handle(notes, async () => undefined, { concurrency: 1 });
  await bus.subscribe(news, () => undefined);
  redis.pause();
  const startMs = performance.now();

  await bus.close();

  expect(performance.now() - startMs).toBeLessThan(6_500);
});

test('close hands back nothing that was finished and leaves no job locked', async () => {
  const first = await connect('worker-1');
  const second = await connect('worker-2');
  const release = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  let runs = 0;
  await first.handle(
    notes,
    async () => {
      runs += 1;
      started.resolve();
      await release.promise;
    },
    { concurrency: 1 },
  );
  await second.send(notes, { id: 'a', n: 1 });
  await started.promise;

  const closing = first.close();
  release.resolve();
  await closing;

  expect(await second.backlog(notes)).toMatchObject({ waiting: 0, active: 0 });
  expect(runs).toBe(1);
});
