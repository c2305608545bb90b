/**
 * Budgets of many processes against a venue with its limits: request by request, ways of random
 * length, a clock of the venue that is not ours, and somebody else on the address.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeClock, type FakeClock } from '#platform/clock/fake-clock.ts';
import type { SharedWindow } from '#platform/redis/shared-window.ts';
import { seededRandom } from '#platform/random.ts';
import { createWeightBudget, type WeightBudget } from './budget.ts';
import { createWeightWindow, MINUTE_MS, untilTurn } from './weight-window.ts';

const LIMIT = 200;
const PRIORITIES = ['order', 'reconcile', 'data', 'prefetch'] as const;
const RUN_MS = 200_000;

/** The shared window without Redis, for all budgets of a run. */
function windowOfAll(clock: FakeClock): SharedWindow {
  const window = createWeightWindow();
  let shutUntilMs = 0;
  return {
    take: async ({ weight, ceiling }) => {
      const nowMs = clock.now();
      const used = window.used(nowMs);
      const shutMs = Math.max(0, shutUntilMs - nowMs);
      if (shutMs > 0) return { kind: 'shut', waitMs: shutMs, used };
      if (used + weight > ceiling) {
        return { kind: 'full', waitMs: untilTurn(nowMs), used };
      }
      window.add(nowMs, weight);
      return { kind: 'taken', waitMs: 0, used: used + weight };
    },
    observe: async (used) => window.observe(clock.now(), used),
    shut: async (forMs) => {
      shutUntilMs = Math.max(shutUntilMs, clock.now() + forMs);
    },
    close: () => undefined,
  };
}

/** Counts by whole minutes of its own clock; 429 beyond the limit, a ban after ten of those. */
function venueOf(clock: FakeClock, offsetMs: number) {
  let minute = -1;
  let used = 0;
  let refused = 0;
  const seen = { ok: 0, limited: 0, banned: 0 };
  return {
    seen,
    spend: (weight: number, isOurs: boolean) => {
      const nowMs = clock.now() + offsetMs;
      const current = Math.floor(nowMs / MINUTE_MS);
      if (current !== minute) [minute, used, refused] = [current, 0, 0];
      used += weight;
      const isLimited = used > LIMIT;
      if (isOurs && isLimited) refused += 1;
      const kind = !isLimited ? 'ok' : refused > 10 ? 'banned' : 'limited';
      if (isOurs) seen[kind] += 1;
      return { kind, used, retryMs: (current + 1) * MINUTE_MS - nowMs };
    },
  };
}

interface Run {
  readonly seed: number;
  readonly members: number;
  readonly offsetMs: number;
  readonly isShared: boolean;
  readonly foreignWeight: number;
}

async function run({ seed, members, offsetMs, isShared, foreignWeight }: Run) {
  const clock = fakeClock(1_700_000_040_000);
  const random = seededRandom(seed);
  const venue = venueOf(clock, offsetMs);
  const window = windowOfAll(clock);
  const share = isShared ? { window, ownFraction: 0.5 } : undefined;
  const limits = { clock, weightPerMinute: LIMIT, reserveFraction: 0.2, share };
  let underWay = 0;
  let underWayMax = 0;

  async function ask(budget: WeightBudget, weight: number, wayMs: number): Promise<void> {
    const priority = PRIORITIES[random.int(PRIORITIES.length)] ?? 'data';
    await budget.take(weight, { priority, withinMs: random.int(70_000) });
    underWay += 1;
    underWayMax = Math.max(underWayMax, underWay);
    await clock.sleep(wayMs);
    const { kind, used, retryMs } = venue.spend(weight, true);
    // The answer comes back at once: it is the way there on which others may be.
    if (kind === 'ok') budget.observe(used);
    else budget.block(retryMs);
    underWay -= 1;
  }

  const asked: Promise<unknown>[] = [];
  const budgets = Array.from({ length: members }, () => createWeightBudget(limits));
  for (let atMs = 0; atMs < RUN_MS; atMs += 400) {
    for (const budget of budgets) {
      if (random.next() < 0.5) continue;
      asked.push(ask(budget, 1 + random.int(5), random.int(300)).catch(() => undefined));
    }
    if (Math.floor(atMs / 400) === 210) venue.spend(foreignWeight, false);
    await clock.advance(400);
  }
  await clock.advance(200_000);
  await Promise.all(asked);
  return { ...venue.seen, underWayMax };
}

const RUNS = { numRuns: 12 };
const runs = {
  seed: fc.nat(1_000_000),
  members: fc.integer({ min: 2, max: 6 }),
  offsetMs: fc.integer({ min: -1_500, max: 1_500 }),
};

describe('budgets of one address', () => {
  it('bring no 429 while every client is ours', async () => {
    const given = fc.record({
      ...runs,
      isShared: fc.constant(true),
      foreignWeight: fc.constant(0),
    });
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        const seen = await run(one);

        expect(seen).toMatchObject({ limited: 0, banned: 0 });
        expect(seen.ok, 'and use what there is').toBeGreaterThan(60);
      }),
      RUNS,
    );
  });

  it('bring no ban after a burst of somebody else, and no 429 but for what was under way', async () => {
    const foreignWeight = fc.integer({ min: 0, max: LIMIT });
    const given = fc.record({ ...runs, isShared: fc.constant(true), foreignWeight });
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        const seen = await run(one);

        expect(seen.banned).toBe(0);
        expect(seen.limited).toBeLessThanOrEqual(Math.max(1, seen.underWayMax));
      }),
      RUNS,
    );
  });

  it('would bring many, each for itself', async () => {
    const seen = await run({ seed: 1, members: 5, offsetMs: 0, isShared: false, foreignWeight: 0 });

    expect(seen.limited).toBeGreaterThan(3);
  });
});
