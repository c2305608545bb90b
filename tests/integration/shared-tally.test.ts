/** The count that the desk's processes keep together, on a real Redis that may die. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#platform/clock/system-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { openSharedTally, type SharedTally } from '#platform/redis/shared-tally.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';

let redis: RedisServer;
const open: SharedTally[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(() => redis.command('FLUSHALL'));
afterAll(async () => {
  for (const tally of open) tally.close();
  await redis[Symbol.asyncDispose]();
});

function member(name: string): SharedTally {
  const tally = openSharedTally({
    address: { socketPath: redis.socketPath },
    key: 'nightdesk:test-tally',
    member: name,
    clock: systemClock(),
    random: seededRandom(1),
  });
  open.push(tally);
  return tally;
}

describe('openSharedTally', () => {
  it('tells each what the others added in the window', async () => {
    const a = member('a');
    const b = member('b');
    a.add(7, 30);
    b.add(7, 5);

    await expect.poll(() => a.othersIn(7), { timeout: 5_000 }).toBe(5);
    await expect.poll(() => b.othersIn(7), { timeout: 5_000 }).toBe(30);
    // Another window is counted anew.
    expect(b.othersIn(8)).toBe(0);
  });

  it('shuts the gate for all', async () => {
    const a = member('c');
    const b = member('d');
    b.othersIn(1);
    const untilMs = Date.now() + 60_000;

    a.shut(untilMs);

    expect(a.shutUntilMs()).toBe(untilMs);
    await expect.poll(() => b.shutUntilMs(), { timeout: 5_000 }).toBe(untilMs);
  });

  it('knows nothing of the others while Redis is away, and again after', async () => {
    const a = member('e');
    const b = member('f');
    b.add(9, 4);
    await expect.poll(() => a.othersIn(9), { timeout: 5_000 }).toBe(4);

    await redis.kill();
    await expect.poll(() => a.othersIn(9), { timeout: 8_000 }).toBeUndefined();
    await redis.start();

    await expect.poll(() => a.othersIn(9), { timeout: 8_000 }).toBe(4);
  });
});
