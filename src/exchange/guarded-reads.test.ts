import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import type { FakeClock } from '#platform/clock/fake-clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { createWeightBudget } from './budget.ts';
import type { WeightBudget } from './budget.ts';
import { createGuardedRead } from './guarded-reads.ts';
import type { GuardedRead } from './guarded-reads.ts';
import { declareVenueMetrics } from './metrics.ts';

const CALL = { name: 'klines', weight: 1 };

function setup(): { clock: FakeClock; read: GuardedRead; budget: WeightBudget } {
  const clock = fakeClock();
  const budget = createWeightBudget({ clock, weightPerMinute: 1_000, reserveFraction: 0 });
  const metrics = declareVenueMetrics(createMetrics({ agent: 'test', instance: 'test' }));
  const random = seededRandom(1);
  return {
    clock,
    budget,
    read: createGuardedRead({ clock, random, budget, metrics, readBudgetMs: 3_000 }),
  };
}

/** Advances until the promise has settled. */
async function settled<T>(clock: FakeClock, promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  let isDone = false;
  const all = Promise.allSettled([promise]).then(([result]) => {
    isDone = true;
    return result;
  });
  for (let i = 0; i < 500 && !isDone; i += 1) await clock.advance(20);
  return all;
}

describe('createGuardedRead', () => {
  it('repeats a transient failure and gives the answer', async () => {
    const { clock, read } = setup();
    let calls = 0;
    const result = await settled(
      clock,
      read(CALL, () => {
        calls += 1;
        return calls < 3 ? Promise.reject(new Error('reset')) : Promise.resolve('answer');
      }),
    );

    expect(result).toEqual({ status: 'fulfilled', value: 'answer' });
    expect(calls).toBe(3);
  });

  it('does not repeat what cannot succeed', async () => {
    const { clock, read } = setup();
    let calls = 0;
    const result = await settled(
      clock,
      read(CALL, () => {
        calls += 1;
        return Promise.reject(new PermanentError('venue-unknown-symbol', 'x'));
      }),
    );

    expect(calls).toBe(1);
    expect(result).toMatchObject({ reason: { code: 'venue-unknown-symbol' } });
  });

  it('gives up within its time budget', async () => {
    const { clock, read } = setup();
    const startMs = clock.now();
    const result = await settled(
      clock,
      read(CALL, () => Promise.reject(new Error('refused'))),
    );

    expect(result).toMatchObject({ reason: { code: 'venue-unreachable' } });
    expect(clock.now() - startMs).toBeLessThanOrEqual(3_020);
  });

  it('blocks every further call for as long as the venue asks after a rate limit', async () => {
    const { clock, read } = setup();
    let calls = 0;
    const limited = new TransientError('venue-rate-limited', 'x', {
      details: { retryAfterMs: 60_000 },
    });
    const attempt = (): Promise<string> => {
      calls += 1;
      return Promise.reject(limited);
    };

    const first = await settled(clock, read(CALL, attempt));
    const second = await settled(clock, read(CALL, attempt));

    expect(calls).toBe(1);
    expect(first).toMatchObject({ reason: { code: 'venue-rate-limited' } });
    expect(second).toMatchObject({ reason: { code: 'venue-rate-limited' } });
  });

  it('stops asking a venue that fails again and again', async () => {
    const { clock, read } = setup();
    let calls = 0;
    const attempt = (): Promise<string> => {
      calls += 1;
      return Promise.reject(new Error('refused'));
    };
    await settled(clock, read(CALL, attempt));
    const before = calls;

    await settled(clock, read(CALL, attempt));

    expect(before).toBeLessThanOrEqual(6);
    expect(calls - before).toBeLessThanOrEqual(1);
  });

  it('takes no weight for what it does not send', async () => {
    const { clock, read, budget } = setup();
    let calls = 0;
    const attempt = (): Promise<string> => {
      calls += 1;
      return Promise.reject(new Error('refused'));
    };
    const reads = Array.from({ length: 12 }, () => read(CALL, attempt));

    await settled(clock, Promise.allSettled(reads));

    expect(calls).toBeGreaterThan(5);
    expect(budget.usedWeight()).toBe(calls);
  });

  it('ends at once when it is no longer wanted', async () => {
    const { clock, read } = setup();
    const abort = new AbortController();
    const pending = settled(
      clock,
      read({ ...CALL, signal: abort.signal }, () => new Promise<string>(() => undefined)),
    );

    abort.abort(new Error('draining'));

    expect(await pending).toMatchObject({ reason: { message: 'draining' } });
  });
});
