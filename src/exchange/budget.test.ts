import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createWeightBudget } from './budget.ts';

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
    await budget.take(20, { withinMs: 0, isUrgent: true });

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

    await expect(budget.take(1, { withinMs: 60_000, isUrgent: true })).rejects.toMatchObject({
      code: 'venue-rate-limited',
      details: { retryAfterMs: 5_000 },
    });
    await clock.advance(5_000);

    await expect(budget.take(1, { withinMs: 0 })).resolves.toBeUndefined();
  });
});
