import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineQueue } from '#bus/contract.ts';
import { epoch } from '#bus/states.ts';
import { silentLog, silentObserver } from '#bus/observer.ts';
import { openBus, type RedisBus } from '#bus/redis/open-bus.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { Note, board, news, notes } from '../support/bus-fixtures.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';

const clock = systemClock();
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});

async function connect(instance: string): Promise<RedisBus & AsyncDisposable> {
  const bus = await openBus({ socketPath: redis.socketPath, instance, clock });
  return { ...bus, [Symbol.asyncDispose]: () => bus.close() };
}

async function fresh(): Promise<void> {
  await redis.command('FLUSHALL');
}

describe('queues', () => {
  test('a job reaches its handler with trace, sender and time', async () => {
    await fresh();
    await using sender = await connect('data');
    await using receiver = await connect('gateway');
    const seen: { note: Note; traceId: string; sender: string; isExpired: boolean }[] = [];
    await receiver.handle(
      notes,
      async (note, { traceId, sender: from, isExpired }) => {
        seen.push({ note, traceId, sender: from, isExpired });
      },
      { concurrency: 2 },
    );

    await sender.send(notes, { id: 'a', n: 1 }, { traceId: 't1' });

    await eventually(() => seen.length === 1, { withinMs: 2_000 });
    expect(seen).toEqual([
      { note: { id: 'a', n: 1 }, traceId: 't1', sender: 'data', isExpired: false },
    ]);
  });

  test('the same key sent again changes nothing, also after the job is done', async () => {
    await fresh();
    await using bus = await connect('data');
    const seen: string[] = [];
    await bus.send(notes, { id: 'a', n: 1 });
    await bus.send(notes, { id: 'a', n: 2 });
    await bus.handle(notes, async (note) => void seen.push(`${note.id}${note.n}`), {
      concurrency: 1,
    });
    await eventually(() => seen.length === 1, { withinMs: 2_000 });

    await bus.send(notes, { id: 'a', n: 3 });
    await bus.send(notes, { id: 'b', n: 4 });

    await eventually(() => seen.length === 2, { withinMs: 2_000 });
    expect(seen).toEqual(['a1', 'b4']);
  });

  test('keeps as many finished jobs as the queue says', async () => {
    await fresh();
    await using bus = await connect('data');
    const few = defineQueue({ ...notes, name: 'test-few', keptWhenDone: 3 });
    let done = 0;
    await bus.handle(few, async () => void (done += 1), { concurrency: 1 });

    for (let n = 1; n <= 8; n += 1) await bus.send(few, { id: `note-${n}`, n });

    await eventually(() => done === 8, { withinMs: 5_000 });
    const kept = async (): Promise<string[]> =>
      [...(await redis.command('KEYS *:note-*')).matchAll(/note-\d/g)].map(([id]) => id).toSorted();
    await eventually(async () => (await kept()).length === few.keptWhenDone, {
      withinMs: 2_000,
    });
    expect(await kept()).toEqual(['note-6', 'note-7', 'note-8']);
  });

  test('a job whose handler fails is tried again and then buried with its raw text', async () => {
    await fresh();
    await using bus = await connect('data');
    let tries = 0;
    await bus.handle(
      notes,
      async () => {
        tries += 1;
        throw new Error('no luck');
      },
      { concurrency: 1 },
    );

    await bus.send(notes, { id: 'a', n: 7 });

    await eventually(async () => (await bus.backlog(notes)).dead === 1, { withinMs: 5_000 });
    expect(tries).toBe(2);
    const [letter] = await bus.deadLetters.list(notes, 10);
    expect(letter).toMatchObject({ jobId: 'a', reason: 'no luck', by: 'data' });
    expect(JSON.parse(letter?.raw ?? '')).toMatchObject({ payload: { id: 'a', n: 7 } });
  });

  test('what fails only for now uses up no tries', async () => {
    await fresh();
    await using bus = await connect('data');
    let tries = 0;
    await bus.handle(
      notes,
      async () => {
        tries += 1;
        if (tries <= notes.attempts + 1) throw new TransientError('full', 'the next queue is full');
      },
      { concurrency: 1 },
    );

    await bus.send(notes, { id: 'a', n: 1 });

    await eventually(() => tries === notes.attempts + 2, { withinMs: 8_000 });
    await eventually(async () => (await bus.backlog(notes)).active === 0, { withinMs: 2_000 });
    expect(await bus.backlog(notes)).toMatchObject({ waiting: 0, dead: 0 });
  });

  test('what fails only for now is buried once nobody can want it any more', async () => {
    await fresh();
    await using bus = await connect('data');
    const later = { ...clock, now: () => clock.now() + 2 * 3_600_000 };
    await using late = await openBus({
      socketPath: redis.socketPath,
      instance: 'gateway',
      clock: later,
    }).then((open) => ({ ...open, [Symbol.asyncDispose]: () => open.close() }));
    await late.handle(
      notes,
      async () => {
        throw new TransientError('full', 'the next queue is full');
      },
      { concurrency: 1 },
    );

    await bus.send(notes, { id: 'a', n: 1 });

    await eventually(async () => (await bus.backlog(notes)).dead === 1, { withinMs: 5_000 });
  });

  test('a permanent error and an unreadable payload are buried at the first try', async () => {
    await fresh();
    await using bus = await connect('data');
    let tries = 0;
    await bus.handle(
      notes,
      async () => {
        tries += 1;
        throw new PermanentError('poison', 'never');
      },
      { concurrency: 1 },
    );
    // As a newer process would declare it during a mixed deploy.
    const newer = { ...notes, payload: z.strictObject({ ...Note.shape, extra: z.boolean() }) };

    await bus.send(notes, { id: 'a', n: 1 });
    await bus.send(newer, { id: 'b', n: 2, extra: true });

    await eventually(async () => (await bus.backlog(notes)).dead === 2, { withinMs: 5_000 });
    expect(tries).toBe(1);
    const letters = await bus.deadLetters.list(notes, 10);
    expect(letters.find((letter) => letter.jobId === 'b')?.reason).toMatch(/extra/);
  });

  test('what does not fit its declaration is not sent', async () => {
    await using bus = await connect('data');

    const sending = bus.send(notes, { id: 'a', n: 1.5 });

    await expect(sending).rejects.toMatchObject({ code: 'bus-invalid' });
  });

  test('a job older than its limit is handed over as expired', async () => {
    await fresh();
    await using bus = await connect('data');
    const old = { ...notes, expiresAfterMs: -1 };
    const flags: boolean[] = [];
    await bus.handle(old, async (_note, { isExpired }) => void flags.push(isExpired), {
      concurrency: 1,
    });

    await bus.send(old, { id: 'a', n: 1 });

    await eventually(() => flags.length === 1, { withinMs: 2_000 });
    expect(flags).toEqual([true]);
  });

  test('a full queue refuses, and backlog tells depth and age', async () => {
    await fresh();
    await using bus = await connect('data');
    for (let n = 0; n < 50; n += 1) await bus.send(notes, { id: `n${n}`, n });

    await expect(bus.send(notes, { id: 'one-more', n: 0 })).rejects.toMatchObject({
      code: 'bus-queue-full',
    });

    const backlog = await bus.backlog(notes);
    expect(backlog).toMatchObject({ waiting: 50, active: 0, dead: 0 });
    expect(backlog.oldestMs).toBeGreaterThan(0);
  });
});

describe('topics', () => {
  test('every subscriber gets each message once, in order', async () => {
    await using sender = await connect('data');
    await using receiver = await connect('gateway');
    const first: number[] = [];
    const second: number[] = [];
    await receiver.subscribe(news, (note) => void first.push(note.n));
    await receiver.subscribe(news, (note) => void second.push(note.n));

    for (let n = 0; n < 100; n += 1) await sender.publish(news, { id: 'x', n });

    await eventually(() => second.length === 100, { withinMs: 2_000 });
    expect(first).toEqual(second);
    expect(first).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  test('a missed message shows as a gap of its size', async () => {
    await using sender = await connect('data');
    await using receiver = await connect('gateway');
    const gaps: number[] = [];
    const seen: number[] = [];
    const listening = await receiver.subscribe(news, (note) => void seen.push(note.n), {
      onGap: (missed) => void gaps.push(missed),
    });
    await sender.publish(news, { id: 'x', n: 1 });
    await eventually(() => seen.length === 1, { withinMs: 2_000 });
    await cutSubscriber(redis);
    await sender.publish(news, { id: 'x', n: 2 });
    await sender.publish(news, { id: 'x', n: 3 });
    await eventually(() => gaps.length === 1, { withinMs: 2_000, what: 'reconnect is told' });

    await sender.publish(news, { id: 'x', n: 4 });

    await eventually(() => seen.length > 1, { withinMs: 2_000 });
    expect(gaps[0]).toBe(0);
    expect(gaps.slice(1)).toEqual(seen[1] === 4 ? [2] : []);
    await listening[Symbol.asyncDispose]();
  });
});

describe('state', () => {
  test('fields are set, read, listed and removed', async () => {
    await fresh();
    await using bus = await connect('data');
    await bus.set(board, 'a', { id: 'a', n: 1 });
    await bus.set(board, 'b', { id: 'b', n: 2 });
    await bus.remove(board, 'a');

    expect(await bus.get(board, 'a')).toBeUndefined();
    expect(await bus.get(board, 'b')).toEqual({ id: 'b', n: 2 });
    expect([...(await bus.all(board)).keys()]).toEqual(['b']);
  });

  test('an expired value is not read and is taken away', async () => {
    await fresh();
    await using bus = await connect('data');
    await bus.set(board, 'a', { id: 'a', n: 1 }, { expiresAfterMs: 1 });

    await eventually(async () => (await bus.get(board, 'a')) === undefined, { withinMs: 1_000 });

    expect((await bus.all(board)).size).toBe(0);
    expect(await redis.command('HLEN nightdesk:state:test-board.v1')).toBe(':0\r\n');
  });

  test('a value that is not what it should be reads as absent', async () => {
    await fresh();
    await using bus = await connect('data');
    await redis.command('HSET nightdesk:state:test-board.v1 a junk');

    expect(await bus.get(board, 'a')).toBeUndefined();
    expect((await bus.all(board)).size).toBe(0);
  });
});

describe('a wipe', () => {
  test('is told once the new epoch is there, and queues go on', async () => {
    await fresh();
    await using bus = await connect('data');
    const wipes: string[] = [];
    const seen: string[] = [];
    bus.onWipe((id) => void wipes.push(id));
    await bus.handle(notes, async (note) => void seen.push(note.id), { concurrency: 4 });
    await bus.set(epoch, 'current', { id: 'one', sinceMs: 0 });
    await bus.send(notes, { id: 'before', n: 1 });
    await eventually(() => seen.length === 1, { withinMs: 2_000 });
    // The first epoch a process sees is where it joined, so change it until it has seen one.
    let changes = 0;
    await eventually(
      async () => {
        await bus.set(epoch, 'current', { id: `joined-${(changes += 1)}`, sinceMs: 0 });
        return wipes.length > 0;
      },
      { withinMs: 2_000 },
    );

    await fresh();
    await bus.set(epoch, 'current', { id: 'two', sinceMs: 0 });

    await eventually(() => wipes.at(-1) === 'two', { withinMs: 2_000 });
    await bus.send(notes, { id: 'before', n: 1 });
    await bus.send(notes, { id: 'after', n: 1 });
    await eventually(() => seen.length === 3, { withinMs: 2_000 });
    expect(seen).toEqual(['before', 'before', 'after']);
  });
});

describe('the connection', () => {
  /** A bus that writes down what it says of its connection. */
  async function heard() {
    const said: string[] = [];
    const ups: boolean[] = [];
    const bus = await openBus({
      socketPath: redis.socketPath,
      instance: 'listened',
      clock,
      log: { ...silentLog, warn: (_fields, message) => void said.push(message) },
      observer: { ...silentObserver, connection: (isUp) => void ups.push(isUp) },
    });
    return { bus, said, ups };
  }

  test('that the bus itself ends is counted as down and is no warning', async () => {
    const { bus, said, ups } = await heard();

    await bus.close();

    await eventually(() => ups.at(-1) === false, { withinMs: 2_000 });
    expect(ups).toEqual([true, false]);
    expect(said).toEqual([]);
  });

  test('that is lost is warned of once', async () => {
    const { bus, said, ups } = await heard();

    await redis.command('CLIENT KILL TYPE normal SKIPME yes');

    await eventually(() => ups.length === 3, { withinMs: 2_000 });
    expect(ups).toEqual([true, false, true]);
    expect(said).toHaveLength(1);
    await bus.close();
  });
});

/** Closes the subscriber's socket at the server; it reconnects by itself. */
async function cutSubscriber(server: RedisServer): Promise<void> {
  await server.command('CLIENT KILL TYPE pubsub');
}
