import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DELAY_MS_MAX, EARLY_MS, FRESH_HISTORY, planRestart } from './restart.ts';
import type { RestartHistory } from './restart.ts';

function die(history: RestartHistory, atMs: number, readyForMs?: number) {
  return planRestart(history, { atMs, readyForMs }, 0);
}

describe('planRestart', () => {
  it('restarts at once after a death long after ready', () => {
    expect(die(FRESH_HISTORY, 1_000, EARLY_MS).delayMs).toBe(0);
  });

  it('waits longer after each death before ready or soon after it', () => {
    let history = FRESH_HISTORY;
    const delaysMs = [undefined, 5_000, undefined, 0].map((readyForMs, index) => {
      const plan = die(history, index * 1_000, readyForMs);
      history = plan.history;
      return plan.delayMs;
    });

    expect(delaysMs).toEqual([250, 500, 1_000, 2_000]);
    expect(history.isCrashLoop).toBe(false);
  });

  it('calls five early deaths in a minute a crash loop and retries slowly', () => {
    let history = FRESH_HISTORY;
    let delayMs = 0;
    for (let i = 0; i < 5; i += 1) ({ history, delayMs } = die(history, i * 10_000));

    expect(history.isCrashLoop).toBe(true);
    expect(delayMs).toBe(DELAY_MS_MAX);
  });

  it('does not call five early deaths in two minutes a crash loop', () => {
    let history = FRESH_HISTORY;
    for (let i = 0; i < 5; i += 1) ({ history } = die(history, i * 30_000));

    expect(history.isCrashLoop).toBe(false);
  });

  it('stays in the crash loop while slow retries fail, and leaves it when one lasts', () => {
    let history = FRESH_HISTORY;
    for (let i = 0; i < 5; i += 1) ({ history } = die(history, i * 1_000));
    ({ history } = die(history, 200_000));
    expect(history.isCrashLoop).toBe(true);

    const plan = die(history, 400_000, EARLY_MS);

    expect(plan).toEqual({ history: FRESH_HISTORY, delayMs: 0 });
  });

  it('never waits longer than the limit nor less than half of the plan', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ gapMs: fc.nat(100_000), readyForMs: fc.option(fc.nat(20_000)) }), {
          maxLength: 50,
        }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (deaths, jitter) => {
          let history = FRESH_HISTORY;
          let atMs = 0;
          for (const { gapMs, readyForMs } of deaths) {
            atMs += gapMs;
            const death = { atMs, readyForMs: readyForMs ?? undefined };
            const plan = planRestart(history, death, jitter);
            expect(plan.delayMs).toBeGreaterThanOrEqual(0);
            expect(plan.delayMs).toBeLessThanOrEqual(DELAY_MS_MAX);
            expect(plan.history.earlyMs.length).toBeLessThanOrEqual(5);
            history = plan.history;
          }
        },
      ),
    );
  });
});
