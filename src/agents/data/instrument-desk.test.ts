import { describe, expect, it } from 'vitest';
import type { Instrument } from '#core/model/instrument.ts';
import { instrument } from '#core/pairs/pairs.fixture.ts';
import { silentLog } from '#platform/log/log.ts';
import { createInstrumentDesk } from './instrument-desk.ts';

const TRADING = [instrument('A'), instrument('B')];

function desk() {
  const world = { rules: TRADING as readonly Instrument[], told: 0, isCacheAway: false };
  const rules = createInstrumentDesk({
    known: TRADING,
    reads: { instruments: () => Promise.resolve(world.rules) },
    bus: { set: () => Promise.resolve(), remove: () => Promise.resolve() },
    log: silentLog(),
    metrics: { rulesChanged: { inc: () => undefined } },
    shared: {
      invalidate: () => {
        if (world.isCacheAway) return Promise.reject(new Error('away'));
        world.told += 1;
        return Promise.resolve();
      },
    },
    signal: new AbortController().signal,
  });
  return { world, rules };
}

describe('the desk of trading rules', () => {
  it('says once that the list is outdated when a pair is halted, and again when it trades', async () => {
    const { world, rules } = desk();
    await rules.refresh();
    expect(world.told).toBe(0);

    world.rules = [instrument('A', { status: 'halted' }), instrument('B')];
    for (let i = 0; i < 3; i += 1) await rules.refresh();
    expect(world.told).toBe(1);

    world.rules = TRADING;
    await rules.refresh();
    expect(world.told).toBe(2);
  });

  it('says it with the next refresh when the cache was away', async () => {
    const { world, rules } = desk();
    world.rules = [instrument('A', { status: 'halted' }), instrument('B')];
    world.isCacheAway = true;
    await expect(rules.refresh()).rejects.toThrow('away');

    world.isCacheAway = false;
    await rules.refresh();
    expect(world.told).toBe(1);
  });
});
