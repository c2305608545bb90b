/** The request weight that processes of several desks share, on a real Redis that may die. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WeightBudget } from '#exchange/budget.ts';
import { openSharedBudget } from '#exchange/shared-weight.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';

let redis: RedisServer;
const open: (() => void)[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(() => redis.command('FLUSHALL'));
afterEach(() => {
  for (const close of open.splice(0)) close();
});
afterAll(() => redis[Symbol.asyncDispose]());

function member(instance: string, venue = 'http://127.0.0.1:1'): WeightBudget {
  const { budget, close } = openSharedBudget({
    config: {
      name: 'practice',
      base_url: venue,
      weight_per_minute: 100,
      weight_reserve_fraction: 0.2,
      budget_redis_url: null,
    },
    address: { socketPath: redis.socketPath },
    role: 'data',
    instance,
    clock: systemClock(),
    random: seededRandom(1),
  });
  open.push(close);
  return budget;
}

async function takenOf(takes: readonly Promise<void>[]): Promise<number> {
  const all = await Promise.allSettled(takes);
  return all.filter(({ status }) => status === 'fulfilled').length;
}

describe('openSharedBudget', () => {
  it('gives no more than the limit to all together, to the last unit', async () => {
    const members = ['a', 'b', 'c', 'd', 'e'].map((name) => member(name));
    const takes = members.flatMap((budget) =>
      Array.from({ length: 30 }, () => budget.take(1, { withinMs: 0 })),
    );

    // 80 of 100: the rest is kept for orders and what keeps the account known.
    expect(await takenOf(takes)).toBe(80);
    const [first] = members;
    expect(
      await takenOf(
        Array.from({ length: 25 }, async () => first?.take(1, { withinMs: 0, priority: 'order' })),
      ),
    ).toBe(20);
  });

  it('counts what the venue says that others of the address use', async () => {
    const [a, b] = [member('a'), member('b')];
    await a.take(10, { withinMs: 0 });
    await b.take(10, { withinMs: 0 });

    a.observe(75);

    await expect
      .poll(() =>
        b.take(6, { withinMs: 0 }).then(
          () => 'went',
          () => 'full',
        ),
      )
      .toBe('full');
    await b.take(5, { withinMs: 0 });
    expect(b.usedWeight()).toBe(80);
  });

  it('stops all when one is told to wait', async () => {
    const [a, b] = [member('a'), member('b')];
    await b.take(1, { withinMs: 0 });

    a.block(30_000);

    await expect
      .poll(() => b.take(1, { withinMs: 0 }).catch((error: unknown) => error))
      .toMatchObject({ code: 'venue-rate-limited' });
    expect(b.blockedMs()).toBeGreaterThan(28_000);
  });

  it('is another for another venue', async () => {
    await member('a').take(80, { withinMs: 0 });

    await expect(member('a', 'http://127.0.0.1:2').take(80, { withinMs: 0 })).resolves.toBe(
      undefined,
    );
  });

  it('waits once for a Redis that hangs, not with each order', async () => {
    const a = member('a');
    await a.take(1, { withinMs: 0 });
    redis.pause();
    const startMs = performance.now();
    for (let i = 0; i < 20; i += 1) await a.take(1, { withinMs: 0, priority: 'order' });
    const tookMs = performance.now() - startMs;
    redis.resume();

    expect(tookMs).toBeLessThan(1_000);
  });

  it('keeps to its part while Redis is away, and counts with the others again after', async () => {
    const a = member('a');
    await a.take(1, { withinMs: 0 });
    await redis.kill();

    expect(await takenOf(Array.from({ length: 60 }, () => a.take(1, { withinMs: 0 })))).toBe(39);
    await redis.start();

    const c = member('c');
    await c.take(50, { withinMs: 0 });
    await expect
      .poll(() => a.take(31, { withinMs: 0 }).catch((error: unknown) => error), { timeout: 5_000 })
      .toMatchObject({ code: 'venue-budget' });
  });
});
