import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { lease } from './lease.ts';

function leased() {
  const clock = fakeClock();
  const renewals: number[] = [];
  const lost: unknown[] = [];
  let successor: Error | undefined;
  const held = lease({
    clock,
    lifeMs: 6_000,
    ledger: {
      renewLease: (nowMs) => {
        if (successor !== undefined) return Promise.reject(successor);
        renewals.push(nowMs);
        return Promise.resolve();
      },
    },
    onLost: (error) => lost.push(error),
  });
  const replace = (): void => {
    successor = new Error('fenced');
  };
  return { held, clock, renewals, lost, replace };
}

describe('lease', () => {
  it('lets a process act on a fresh lease without asking the ledger', async () => {
    const { held, renewals } = leased();

    expect(await held.confirm()).toBe(true);
    expect(renewals).toEqual([]);
  });

  it('renews a lease older than half its life before anything is sent', async () => {
    const { held, clock, renewals } = leased();
    await clock.advance(3_000);

    expect(await held.confirm()).toBe(true);
    expect(renewals).toEqual([clock.now()]);
  });

  it('ends for ever when a woken process finds that it was replaced', async () => {
    const { held, clock, lost, replace } = leased();
    replace();
    await clock.advance(60_000);

    expect(await held.confirm()).toBe(false);
    expect(held.mayAct()).toBe(false);
    expect(lost).toHaveLength(1);
    expect(await held.confirm()).toBe(false);
  });

  it('sends nothing after it was ended, however fresh it is', async () => {
    const { held, renewals } = leased();
    held.end();
    await held.renew();

    expect(held.mayAct()).toBe(false);
    expect(await held.confirm()).toBe(false);
    expect(renewals).toEqual([]);
  });
});
