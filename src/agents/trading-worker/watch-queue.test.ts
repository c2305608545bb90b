import { describe, expect, test } from 'vitest';
import type { Backlog } from '#bus/bus.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import { TransientError } from '#platform/errors.ts';
import type { CheckResult, PeriodicWork } from '#platform/lifecycle/agent-context.ts';
import { watchQueue } from './watch-queue.ts';

/** A context that runs its periodic work when told to. */
function world() {
  const work: { inHand: number; waiting: number }[] = [];
  const seen = { progress: 0, waiting: 0, isRedisUp: true };
  let check: () => CheckResult = () => ({ isOk: false, detail: 'no check' });
  let look: PeriodicWork['run'] = () => undefined;
  const watch = watchQueue({
    context: {
      every: (periodic) => (look = periodic.run),
      setWork: (now) => work.push(now),
      progress: () => (seen.progress += 1),
      addCheck: (_, run) => (check = run),
    },
    bus: {
      isConnected: () => seen.isRedisUp,
      backlog: (): Promise<Backlog> =>
        seen.isRedisUp
          ? Promise.resolve({ waiting: seen.waiting, active: 0, dead: 0, oldestMs: 0 })
          : Promise.reject(new Error('redis is away')),
    },
  });
  return {
    watch,
    work,
    seen,
    check: () => check(),
    look: async () => {
      await look(new AbortController().signal);
    },
  };
}

const envelope = { traceId: 't', sender: 'data', sentMs: 0, isExpired: false };
const evaluation = {} as Evaluation;

describe('watching the queue', () => {
  test('takes an empty queue as progress', async () => {
    const w = world();

    await w.look();

    expect(w.seen.progress).toBe(1);
    expect(w.work.at(-1)).toEqual({ inHand: 0, waiting: 0 });
  });

  test('reports no progress while work waits and none is done', async () => {
    const w = world();
    w.seen.waiting = 7;

    await w.look();

    expect(w.seen.progress).toBe(0);
    expect(w.work.at(-1)).toEqual({ inHand: 0, waiting: 7 });
  });

  test('counts what is in hand, and an evaluation done as progress', async () => {
    const w = world();
    const counted = w.watch.counted(() => Promise.resolve());

    const running = counted(evaluation, envelope);
    const during = w.work.at(-1);
    await running;

    expect(during).toEqual({ inHand: 1, waiting: 0 });
    expect(w.work.at(-1)).toEqual({ inHand: 0, waiting: 0 });
    expect(w.seen.progress).toBe(1);
  });

  test('takes a failed evaluation out of hand without progress', async () => {
    const w = world();
    const counted = w.watch.counted(() => Promise.reject(new Error('no redis')));

    await expect(counted(evaluation, envelope)).rejects.toThrow('no redis');

    expect(w.work.at(-1)).toEqual({ inHand: 0, waiting: 0 });
    expect(w.seen.progress).toBe(0);
  });

  test('is not to blame for a queue behind it that is full', async () => {
    const w = world();
    const full = new TransientError('bus-queue-full', 'the queue holds all it may');
    const counted = w.watch.counted(() => Promise.reject(full));

    await expect(counted(evaluation, envelope)).rejects.toBe(full);

    expect(w.seen.progress).toBe(1);
  });

  test('fails its check while Redis is away, and passes it again', async () => {
    const w = world();
    w.seen.isRedisUp = false;
    await w.look();
    const away = w.check();

    w.seen.isRedisUp = true;
    await w.look();

    expect(away.isOk).toBe(false);
    expect(w.check()).toEqual({ isOk: true, detail: 'connected' });
  });
});
