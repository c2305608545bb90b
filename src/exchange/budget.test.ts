import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createWeightBudget } from './budget.ts';

/** Past the guard of a minute's turn. */
const START = 1_700_000_045_000;

function budgetAt(clock = fakeClock(START)) {
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

    await clock.advance(56_000);
    expect(isTaken, 'the venue may count the old minute still').toBe(false);
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

  it('serves by class, then by age', async () => {
    const { clock, budget } = budgetAt();
    await budget.take(100, { withinMs: 0, priority: 'order' });
    const served: string[] = [];
    const asked = (['prefetch', 'data', 'reconcile', 'data', 'order'] as const).map(
      async (priority, index) => {
        await budget.take(1, { withinMs: 60_000, priority });
        served.push(`${priority} ${index}`);
      },
    );
    await clock.advance(57_000);
    await Promise.all(asked);

    expect(served).toEqual(['order 4', 'reconcile 2', 'data 1', 'data 3', 'prefetch 0']);
  });

  it('lets a caller go who no longer wants it', async () => {
    const { clock, budget } = budgetAt();
    await budget.take(80, { withinMs: 0 });
    const stop = new AbortController();
    const asked = budget.take(1, { withinMs: 60_000, signal: stop.signal });
    stop.abort(new Error('draining'));

    await expect(asked).rejects.toThrow('draining');
    expect(clock.pending(), 'nobody is waited for').toBe(0);
    await clock.advance(60_000);
    expect(budget.usedWeight()).toBe(0);
  });

  it('tells callers to come again when too many wait', async () => {
    const { clock, budget } = budgetAt();
    await budget.take(80, { withinMs: 0 });
    const waiting = Array.from({ length: 500 }, () =>
      budget.take(1, { withinMs: 60_000 }).catch((error: unknown) => error),
    );

    await expect(budget.take(1, { withinMs: 60_000 })).rejects.toMatchObject({
      code: 'venue-budget',
    });
    await clock.advance(60_000);

    const served = (await Promise.all(waiting)).filter((error) => error === undefined);
    expect(served, 'as many as the next minute holds').toHaveLength(80);
  });
});
