import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createWeightBudget, type WeightShare } from './budget.ts';

const MINUTE_START = 1_700_000_040_000;

function budgetAt(clock = fakeClock(MINUTE_START)) {
  const budget = createWeightBudget({ clock, weightPerMinute: 100, reserveFraction: 0.2 });
  return { clock, budget };
}

describe('createWeightBudget', () => {
  it('keeps its reserve for urgent calls', async () => {
    const { budget } = budgetAt();
    await budget.take(80, { withinMs: 0 });

    await expect(budget.take(1, { withinMs: 1_000 })).rejects.toMatchObject({
      code: 'venue-budget',
    });
    await budget.take(20, { withinMs: 0, priority: 'order' });

    expect(budget.usedWeight()).toBe(100);
  });

  it('waits for the next minute when there is time', async () => {
    const { clock, budget } = budgetAt();
    await budget.take(80, { withinMs: 0 });
    let isTaken = false;
    const taken = budget.take(10, { withinMs: 60_000 }).then(() => {
      isTaken = true;
    });

    await clock.advance(59_000);
    expect(isTaken).toBe(false);
    await clock.advance(1_000);
    await taken;

    expect(budget.usedWeight()).toBe(10);
  });

  it('believes the venue when it counts more', async () => {
    const { budget } = budgetAt();
    await budget.take(5, { withinMs: 0 });

    budget.observe(75);
    budget.observe(10);

    expect(budget.usedWeight()).toBe(75);
    await expect(budget.take(6, { withinMs: 0 })).rejects.toMatchObject({ code: 'venue-budget' });
  });

  it('sends nothing while the venue has us blocked, and says for how long', async () => {
    const { clock, budget } = budgetAt();
    budget.block(5_000);

    await expect(budget.take(1, { withinMs: 60_000, priority: 'order' })).rejects.toMatchObject({
      code: 'venue-rate-limited',
      details: { retryAfterMs: 5_000 },
    });
    await clock.advance(5_000);

    await expect(budget.take(1, { withinMs: 0 })).resolves.toBeUndefined();
  });
});

describe('a budget shared with other processes', () => {
  function shared(others: number | undefined) {
    const clock = fakeClock(MINUTE_START);
    const added: number[] = [];
    let gateMs = 0;
    const share: WeightShare = {
      othersIn: () => others,
      add: (_minute, weight) => added.push(weight),
      blockedUntilMs: () => gateMs,
      block: (untilMs) => {
        gateMs = untilMs;
      },
      ownFraction: 0.4,
    };
    const budget = createWeightBudget({ clock, weightPerMinute: 100, reserveFraction: 0, share });
    return { clock, budget, added, shut: (untilMs: number) => share.block(untilMs) };
  }

  it('counts what the others used, and tells them its own', async () => {
    const { budget, added } = shared(60);

    await budget.take(40, { withinMs: 0 });

    await expect(budget.take(1, { withinMs: 0 })).rejects.toMatchObject({ code: 'venue-budget' });
    expect(budget.usedWeight()).toBe(100);
    expect(added).toEqual([40]);
  });

  it('keeps to its part while the others are not known', async () => {
    const { budget } = shared(undefined);

    await budget.take(40, { withinMs: 0 });

    await expect(budget.take(1, { withinMs: 0 })).rejects.toMatchObject({ code: 'venue-budget' });
  });

  it('waits when another was told to', async () => {
    const { budget, shut } = shared(0);
    shut(MINUTE_START + 9_000);

    await expect(budget.take(1, { withinMs: 0, priority: 'order' })).rejects.toMatchObject({
      code: 'venue-rate-limited',
      details: { retryAfterMs: 9_000 },
    });
  });
});
